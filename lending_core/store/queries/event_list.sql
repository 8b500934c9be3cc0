-- One row per ledger event, of one subject or of all, after a given event or from the first on.
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
where
    ($subject_kind is null or subject_kind = $subject_kind)
    and ($subject_id is null or subject_id = $subject_id)
    and ($after_event_id is null or event_id > $after_event_id)
