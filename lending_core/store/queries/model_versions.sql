-- One row per scorecard version, newest first.
select
    model_version,
    note,
    author,
    effective_on,
    recorded_at,
    document
from model_version
order by model_version desc
