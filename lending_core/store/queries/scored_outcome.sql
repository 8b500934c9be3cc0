-- One row per application: score, decision, and whether the loan went bad; null until its window is over.
with matured as (
    select
        loan.application_id,
        max(
            case
                when loan_month.months_on_book <= $window_months
                    and loan_month.days_past_due >= $bad_days_past_due then 1
                else 0
            end
        ) = 1 as is_bad
    from loan
    inner join loan_month on loan.loan_id = loan_month.loan_id
    where loan.disbursed_on <= $disbursed_until
    group by loan.application_id
)
select
    application_state.application_id,
    application_state.applied_on,
    application_state.product_code,
    application_state.model_version,
    application_state.score,
    application_state.default_probability,
    application_state.outcome,
    matured.is_bad
from application_state
left join matured on application_state.application_id = matured.application_id
where $model_version is null or application_state.model_version = $model_version
