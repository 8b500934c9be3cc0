-- One row per event of the ledger that speaks of a policy version, oldest first.
select
    event_id,
    action,
    payload,
    recorded_at
from event
where subject_kind = 'policy' and subject_id = $policy_version
order by event_id
