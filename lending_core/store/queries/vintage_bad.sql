-- One row per month of disbursement (its last day) and months on book: loans that were bad for the first time then.
select
    last_day(disbursed_on) as cohort_on,
    months_on_book,
    count(*) as loans,
    case when count(*) = count(lent_fen) then cast(sum(lent_fen) as bigint) end as lent_fen
from loan_month
where
    (
        ($measure = 'ever30' and entered_30)
        or ($measure = 'ever90' and entered_90)
        or ($measure = 'default' and entered_default)
    )
    and month_end_on <= $last_month_end_on
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by last_day(disbursed_on), months_on_book
