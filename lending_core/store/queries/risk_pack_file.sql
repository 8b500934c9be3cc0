-- One row: a file of a risk pack with its content.
select
    month_end_on,
    language,
    kind,
    content,
    content_hash
from risk_pack
where pack_id = $pack_id
