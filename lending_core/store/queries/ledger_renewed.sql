-- One row per commitment that was made anew, as the event of the erasure says.
select json_extract_string(payload, '$.commitment') as commitment
from event
where action = 'commitments_renewed'
