-- One row per month of disbursement (its last day): loans lent, and their amount (null where one is not known).
select
    last_day(disbursed_on) as cohort_on,
    count(*) as loans,
    case when count(*) = count(lent_fen) then cast(sum(lent_fen) as bigint) end as lent_fen
from lent_loan
where
    ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by last_day(disbursed_on)
