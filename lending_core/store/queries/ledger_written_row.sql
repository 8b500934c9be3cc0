-- One row per recorded row of a table since the last block, in the order recorded.
select
    number,
    row_key,
    digest
from ledger_written_row
where table_name = $table_name
order by rowid
