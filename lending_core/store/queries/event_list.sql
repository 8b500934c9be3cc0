-- One row per ledger event, newest first, of one subject or of all.
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
order by event_id desc
limit $events_max
