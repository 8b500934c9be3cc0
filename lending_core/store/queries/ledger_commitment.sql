-- One row per commitment to personal fields, in the order recorded, with its salt if there is one.
select
    ledger_commitment.commitment_id,
    ledger_commitment.segment_id,
    ledger_commitment.position,
    ledger_commitment.commitment,
    ledger_commitment.salt_hash,
    ledger_salt.salt
from ledger_commitment
left join ledger_salt on ledger_commitment.commitment_id = ledger_salt.commitment_id
order by ledger_commitment.rowid
