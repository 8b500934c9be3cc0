-- One row per event of a change of the key that signs the ledger.
select subject_id as number
from event
where action = 'signing_key_changed'
