-- One row per application and source of which something was known without leave (IL-09, CR-01).
-- The columns of each source are those of the feature register; a test holds the two together.
with known as (
    select
        application_id,
        unnest([
            case when coalesce(
                inquiries_3m, lenders_with_balance, worst_status_24m, oldest_account_months,
                inquiries_1m, inquiries_12m, open_accounts, overdue_months_24m, lenders_asked_90d,
                monthly_debt_service_fen, other_lenders_balance_fen, credit_utilisation,
                cast(has_current_overdue as integer)
            ) is not null then 'bureau' end,
            case when coalesce(
                payment_active_days_90d, payment_stability, bound_card_months, failed_payments_90d
            ) is not null then 'payment_behaviour' end,
            case when account_tenure_months is not null then 'tenure' end,
            case when coalesce(monthly_income_fen, income_months_12m, debt_to_income) is not null
                then 'income' end,
            case when coalesce(
                merchant_receipts_monthly_fen, receipts_variation, receipts_growth,
                receipts_peak_share
            ) is not null then 'merchant_receipts' end
        ]) as source
    from application_feature
),
answered as (
    select
        known.application_id,
        known.source,
        max_by(consent.is_granted, consent.recorded_at) as was_granted
    from known
    inner join application on known.application_id = application.application_id
    left join consent
        on application.customer_id = consent.customer_id
        and known.source = consent.source
        and consent.recorded_at <= application.recorded_at
    where known.source is not null
    group by known.application_id, known.source
)
select
    answered.application_id as subject_id,
    answered.source as detail,
    application.applied_on
from answered
inner join application on answered.application_id = application.application_id
where not coalesce(was_granted, false)
order by subject_id, detail
