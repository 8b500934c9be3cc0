-- One row: a matching as it was asked, or none.
select *
from funding_run
where run_id = $run_id
