-- One row per record since the last block and table: how many rows the list has of it.
select
    number,
    table_name,
    count(*) as row_count
from ledger_written_row
group by number, table_name
