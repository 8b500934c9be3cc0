-- One row per month end, stage a month earlier (null: not on the book then) and state now: loans, principal
-- then and now, principal written off (at most what stood; all of that where a tape says no more), and the sum
-- of squares of the principal then. A sum of which a part is not known is not known.
-- Grouped first by what is stored: a group by computed text takes half as long again.
with moved as (
    select
        month_end_on,
        previous_bucket,
        standing,
        bucket,
        count(*) as loans,
        count(previous_principal_fen) as from_known,
        count(principal_fen) as to_known,
        sum(previous_principal_fen) as from_principal_fen,
        sum(principal_fen) as to_principal_fen,
        sum(least(written_off_fen, previous_principal_fen)) as written_off_fen,
        sum(cast(previous_principal_fen as double) * previous_principal_fen) as from_square
    from loan_month
    where
        month_end_on <= $last_month_end_on
        and ($product_codes is null or list_contains($product_codes, product_code))
        and ($region_codes is null or list_contains($region_codes, region_code))
        and ($funder_codes is null or list_contains($funder_codes, funder_code))
        and ($bands is null or list_contains($bands, band))
        and ($scenarios is null or list_contains($scenarios, scenario))
        and ($channels is null or list_contains($channels, channel))
    group by month_end_on, previous_bucket, standing, bucket
)
select
    month_end_on,
    previous_bucket as from_bucket,
    case when standing = 'open' then bucket else standing end as to_state,
    cast(sum(loans) as bigint) as loans,
    case when sum(loans) = sum(from_known) then cast(sum(from_principal_fen) as bigint) end
        as from_principal_fen,
    case
        when max(standing) <> 'open' then 0
        when sum(loans) = sum(to_known) then cast(sum(to_principal_fen) as bigint)
    end as to_principal_fen,
    case
        when max(standing) <> 'written_off' then 0
        when sum(loans) = sum(from_known) then cast(sum(written_off_fen) as bigint)
        when max(previous_bucket) is null then 0
    end as written_off_fen,
    case when sum(loans) = sum(from_known) then sum(from_square) end as from_square
from moved
group by month_end_on, from_bucket, to_state
order by month_end_on, from_bucket, to_state
