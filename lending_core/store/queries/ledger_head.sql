-- One row per signed head of the ledger, in the order recorded.
select
    block_number,
    text,
    signature
from ledger_head
order by rowid
