-- One row per event of a head that was given: to whom, and of how many blocks.
select
    subject_id as given_id,
    json_extract_string(payload, '$.witness') as witness,
    cast(json_extract_string(payload, '$.block') as bigint) as block
from event
where action = 'head_given'
