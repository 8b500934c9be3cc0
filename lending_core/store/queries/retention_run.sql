-- One row per part of a retention run, newest first.
select
    run_id,
    run_on,
    counts,
    run_by,
    recorded_at
from retention_run
order by run_id desc
