-- One row per funder: quota, principal outstanding at the last close and lent since, and the room left.
with outstanding as (
    select
        funder_code,
        sum(owed_fen) as outstanding_fen
    from funding_share
    group by funder_code
)
select
    funder.funder_code,
    funder.name_en,
    funder.name_zh,
    funder.lender_type,
    funder.product_codes,
    funder.annual_cost,
    funder.quota_fen,
    cast(coalesce(outstanding.outstanding_fen, 0) as bigint) as outstanding_fen,
    cast(greatest(0, funder.quota_fen - coalesce(outstanding.outstanding_fen, 0)) as bigint)
        as room_fen
from funder
left join outstanding on funder.funder_code = outstanding.funder_code
order by funder.funder_code
