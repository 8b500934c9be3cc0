-- One row per record of what a transaction wrote since the last block, in the order recorded.
select
    number,
    text,
    signature
from ledger_written
order by rowid
