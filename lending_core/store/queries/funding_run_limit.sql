-- One row per limit of a matching, in the order asked.
select
    "limit",
    funder_code,
    other_code,
    room_fen,
    used_fen,
    is_binding,
    shadow_price_fen
from funding_limit
where run_id = $run_id
order by rowid
