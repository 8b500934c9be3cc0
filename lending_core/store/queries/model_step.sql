-- One row per step in the life of one model, or of all, oldest first.
select
    model_version,
    status,
    reason,
    changed_by,
    effective_on,
    recorded_at,
    position
from model_status
where $model_version is null or model_version = $model_version
order by position
