-- One row per request of a person about their own data.
select
    request_id,
    customer_id,
    kind as request_kind,
    reason as proof,
    handled_by,
    recorded_at
from data_request
