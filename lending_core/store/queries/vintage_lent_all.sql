-- One row per month of disbursement (its last day): as vintage_lent.sql, where neither lender nor decision is asked for.
-- The view of all loans joins both to every loan, which takes twenty times as long as to count them.
with lent as (
    select
        disbursed_on,
        count(*) as loans,
        count(*) as known,
        sum(principal_fen) as lent_fen
    from loan
    where
        ($product_codes is null or list_contains($product_codes, product_code))
        and ($region_codes is null or list_contains($region_codes, region_code))
        and ($bands is null or list_contains($bands, band))
        and ($scenarios is null or list_contains($scenarios, scenario))
        and ($channels is null or list_contains($channels, channel))
    group by disbursed_on
    union all
    select
        disbursed_on,
        count(*) as loans,
        count(lent_fen) as known,
        sum(lent_fen) as lent_fen
    from tape_loan
    where
        ($product_codes is null or list_contains($product_codes, product_code))
        and ($region_codes is null or list_contains($region_codes, region_code))
        and ($bands is null or list_contains($bands, band))
        and ($scenarios is null or list_contains($scenarios, scenario))
        and ($channels is null or list_contains($channels, channel))
    group by disbursed_on
)
select
    last_day(disbursed_on) as cohort_on,
    cast(sum(loans) as bigint) as loans,
    case when sum(loans) = sum(known) then cast(sum(lent_fen) as bigint) end as lent_fen
from lent
group by last_day(disbursed_on)
