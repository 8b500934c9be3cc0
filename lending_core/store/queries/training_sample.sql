-- One row per loan whose observation window is over: what was known at application, and whether it went bad.
with outcome as (
    select
        loan.application_id,
        max(
            case
                when loan_month.months_on_book <= $window_months
                    and loan_month.days_past_due >= $bad_days_past_due then 1
                else 0
            end
        ) as bad
    from loan
    inner join loan_month on loan.loan_id = loan_month.loan_id
    where loan.disbursed_on <= $disbursed_until
    group by loan.application_id
)
select
    application_feature.*,
    application.applied_on,
    assessment.score,
    outcome.bad = 1 as is_bad
from outcome
inner join application_feature
    on outcome.application_id = application_feature.application_id
inner join application on outcome.application_id = application.application_id
inner join assessment on outcome.application_id = assessment.application_id
order by application.application_id
