-- One row per model version that the ledger saw saved: what it recorded of it then.
select
    event_id,
    recorded_at,
    payload,
    hash
from event
where
    action = 'model_saved'
    and subject_kind = 'model'
    and subject_id = $model_version
order by event_id
