-- One row per product and month after a default: what loans that have had all those months owed in default and paid.
-- A month in which nobody paid is told as well; a book that tells no payments has no row.
with defaulted as (
    select
        loan_id,
        month_end_on as defaulted_on,
        product_code,
        principal_fen + coalesce(written_off_fen, 0) + greatest(coalesce(interest_receivable_fen, 0), 0)
        + coalesce(penalty_fen, 0) + coalesce(fee_fen, 0) as exposure_fen
    from loan_month
    where
        entered_default
        and principal_fen is not null
        and paid_fen is not null
        and month_end_on <= $seen_to_on
        and month_end_on > $seen_from_on
),
whole as (
    select
        product_code,
        count(*) as loans,
        sum(exposure_fen) as exposure_fen
    from defaulted
    group by product_code
),
month_after as (
    select unnest(generate_series(1, $recovery_months)) as month
),
paid as (
    select
        defaulted.product_code,
        cast(date_diff('month', defaulted.defaulted_on, loan_month.month_end_on) as integer) as month,
        sum(loan_month.paid_fen) as paid_fen
    from defaulted
    inner join loan_month
        on defaulted.loan_id = loan_month.loan_id
        and loan_month.month_end_on > defaulted.defaulted_on
        and loan_month.month_end_on <= $month_end_on
        and loan_month.month_end_on = last_day(loan_month.month_end_on)
    group by defaulted.product_code, month
)
select
    whole.product_code,
    cast(month_after.month as integer) as month,
    cast(coalesce(paid.paid_fen, 0) as bigint) as paid_fen,
    cast(whole.exposure_fen as bigint) as exposure_fen,
    whole.loans
from whole
cross join month_after
left join paid
    on whole.product_code is not distinct from paid.product_code
    and month_after.month = paid.month
