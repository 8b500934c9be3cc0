-- One row per payment out of a guarantee in a period, the newest first.
select *
from guarantee_call
where called_on between $from_on and $to_on
    and ($funder_code is null or funder_code = $funder_code)
order by call_id desc
