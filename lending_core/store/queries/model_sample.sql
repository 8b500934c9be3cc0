-- One row per application whose first loan was paid out by a day: what was known of the applicant,
-- and how late that loan ever was within its first months.
with first_loan as (
    select
        application_id,
        min(loan_id) as loan_id
    from loan
    group by application_id
),
worst as (
    select
        loan_id,
        max(days_past_due) as worst_days_past_due
    from loan_month
    where months_on_book <= $window_months
    group by loan_id
)
select
    application_feature.*,
    application.applied_on,
    worst.worst_days_past_due
from first_loan
inner join loan on first_loan.loan_id = loan.loan_id
inner join worst on first_loan.loan_id = worst.loan_id
inner join application on first_loan.application_id = application.application_id
inner join application_feature
    on first_loan.application_id = application_feature.application_id
where loan.disbursed_on <= $disbursed_until
order by application.application_id
