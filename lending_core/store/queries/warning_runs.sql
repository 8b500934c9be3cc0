-- One row per run of the rules, newest first.
select *
from warning_run
order by run_id desc
limit $runs_max
