-- One row per customer and source: the newest answer.
select
    customer_id,
    source,
    max_by(is_granted, recorded_at) as is_granted
from consent
where customer_id between $first_customer_id and $last_customer_id
group by customer_id, source
