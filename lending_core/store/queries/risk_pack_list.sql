-- One row per file of a risk pack, without its content: newest month and newest making first.
select
    pack_id,
    month_end_on,
    language,
    kind,
    content_hash,
    octet_length(content) as content_bytes,
    made_by,
    recorded_at
from risk_pack
order by month_end_on desc, recorded_at desc, pack_id
