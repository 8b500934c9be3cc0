-- One row per table with sealed rows: how many, the newest segment, and those that brought new columns.
select
    table_name,
    max(first_position + row_count) as row_count,
    max_by(text, segment_id) filter (where not is_extension) as newest_text,
    list(text) filter (where is_extension) as extension_texts
from ledger_segment
group by table_name
