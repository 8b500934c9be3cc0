-- One row per ledger event after a given one, oldest first, at most as many as asked for.
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
where event_id > $after_event_id
order by event_id
limit $events_max
