-- One row per run in which provisions were prepared, newest first, with what became of it.
select
    provision_run.run_id,
    provision_run.month_end_on,
    provision_run.figures,
    provision_run.model,
    provision_run.loans_hash,
    provision_run.reason,
    provision_run.prepared_by,
    provision_run.recorded_at,
    coalesce(step.step, 'prepared') as run_state,
    step.reason as answer_reason,
    step.stepped_by,
    step.recorded_at as stepped_at
from provision_run
left join provision_run_step as step on provision_run.run_id = step.run_id
order by provision_run.run_id desc
