-- One row per run of the register, newest first.
select
    run_id,
    business_on,
    rules,
    broken,
    findings,
    content_hash,
    run_by,
    recorded_at
from compliance_run
order by run_id desc
