-- One row: what the operation with this key made, or none.
select
    action,
    subject_id,
    request_hash
from operation_key
where operation_key = $operation_key
