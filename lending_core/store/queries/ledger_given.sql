-- One row per head given to a witness, in the order recorded.
select
    given_id,
    witness,
    block_number,
    text,
    signature
from ledger_witness
order by rowid
