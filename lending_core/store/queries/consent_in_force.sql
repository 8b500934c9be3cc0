-- One row per customer and source: the newest answer given before a day.
select
    customer_id,
    source,
    max_by(is_granted, recorded_at) as is_granted
from consent
where recorded_at < $until_on
group by customer_id, source
