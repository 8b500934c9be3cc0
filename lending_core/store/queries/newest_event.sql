-- One row: the newest event of the ledger, or none.
select
    event_id,
    action,
    actor,
    subject_kind,
    subject_id,
    business_on,
    recorded_at,
    payload,
    previous_hash,
    hash
from event
where event_id = (select max(event_id) from event)
