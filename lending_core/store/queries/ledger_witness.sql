-- One row per head given to a witness, the newest first.
select
    witness,
    block_number,
    given_by,
    recorded_at
from ledger_witness
order by given_id desc
