-- One row per month end, stage a month end before (null: was not open then) and stage now, or how the loan left the book.
-- A sum of which a part is not known is not known.
select
    month_end_on,
    previous_bucket,
    case when standing = 'open' then bucket else standing end as stands,
    count(*) as loans,
    case when count(*) = count(principal_fen) then cast(sum(principal_fen) as bigint) end as principal_fen,
    case when count(*) = count(overdue_fen) then cast(sum(overdue_fen) as bigint) end as overdue_fen,
    case when count(*) = count(previous_principal_fen) then cast(sum(previous_principal_fen) as bigint) end
        as previous_principal_fen
from loan_month
where
    (standing = 'open' or previous_bucket is not null)
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by month_end_on, previous_bucket, stands
order by month_end_on, previous_bucket, stands
