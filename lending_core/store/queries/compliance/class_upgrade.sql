-- One row per loan that was bad and is good again too soon (AC-09).
with newest as (
    select
        max(run_id) as run_id,
        max_by(month_end_on, run_id) as month_end_on
    from provision_run
),
candidate as (
    select
        loan_month.loan_id,
        max(case when loan_month.days_past_due > 0 then loan_month.month_end_on end) as late_on,
        max(newest.month_end_on) as month_end_on,
        max(provision_loan.days_past_due) as days_past_due
    from provision_loan
    inner join newest on provision_loan.run_id = newest.run_id
    inner join loan_month
        on provision_loan.loan_id = loan_month.loan_id
        and loan_month.month_end_on <= newest.month_end_on
    where not list_contains($bad, provision_loan.asset_class)
    group by loan_month.loan_id
    having max(loan_month.days_past_due) >= $days_from
)
select
    loan_id as subject_id,
    date_diff('month', late_on, month_end_on) as measured,
    $months_min as limit_value
from candidate
where date_diff('month', late_on, month_end_on) < $months_min
order by subject_id
