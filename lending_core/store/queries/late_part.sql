-- One row per value of a dimension and stage of lateness at a month end: open loans, their principal, what is overdue.
-- A sum of which a part is not known is not known.
select
    case $dimension
        when 'product_code' then product_code
        when 'region_code' then region_code
        when 'funder_code' then funder_code
        when 'band' then band
        when 'scenario' then scenario
        when 'channel' then channel
    end as part,
    bucket,
    count(*) as loans,
    case when count(*) = count(principal_fen) then cast(sum(principal_fen) as bigint) end as principal_fen,
    case when count(*) = count(overdue_fen) then cast(sum(overdue_fen) as bigint) end as overdue_fen
from loan_month
where
    standing = 'open'
    and month_end_on = $month_end_on
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
group by part, bucket
order by part, bucket
