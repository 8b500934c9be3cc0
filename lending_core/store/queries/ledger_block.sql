-- One row per block of the ledger, in the order recorded.
select
    block_number,
    text,
    hash
from ledger_block
order by rowid
