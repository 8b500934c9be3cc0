-- One row per matching of a period, the newest first.
select *
from funding_run
where business_on between $from_on and $to_on
order by run_id desc
