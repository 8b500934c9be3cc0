-- One row per segment of the ledger, in the order recorded.
select
    segment_id,
    block_number,
    table_name,
    first_position,
    row_count,
    is_extension,
    text
from ledger_segment
order by rowid
