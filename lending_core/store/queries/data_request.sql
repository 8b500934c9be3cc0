-- One row per request of a person about their own data, newest first.
select
    request_id,
    customer_id,
    kind as request_kind,
    reason as request_reason,
    handled_by,
    recorded_at
from data_request
order by request_id desc
