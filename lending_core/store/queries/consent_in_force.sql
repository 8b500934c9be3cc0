-- One row per customer and source: the newest answer.
select
    customer_id,
    source,
    max_by(is_granted, recorded_at) as is_granted
from consent
group by customer_id, source
