-- One row per sealed row of a table, in the order recorded.
select
    ledger_row.segment_id,
    ledger_row.position,
    ledger_row.row_key,
    ledger_row.digest
from ledger_row
inner join ledger_segment on ledger_row.segment_id = ledger_segment.segment_id
where
    ledger_segment.table_name = $table_name
    and ledger_segment.block_number <= $last_block
order by ledger_row.rowid
