-- One row per month end and stage of lateness: loans with principal left, their principal, what is overdue.
-- A sum of which a part is not known is not known.
select
    month_end_on,
    bucket,
    count(*) as loans,
    case when count(*) = count(principal_fen) then cast(sum(principal_fen) as bigint) end as principal_fen,
    case when count(*) = count(overdue_fen) then cast(sum(overdue_fen) as bigint) end as overdue_fen
from loan_month
where
    standing = 'open'
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by month_end_on, bucket
order by month_end_on, bucket
