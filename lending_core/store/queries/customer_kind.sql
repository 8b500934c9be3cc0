-- One row per customer: what kind, and since when.
select
    customer_id,
    kind,
    joined_on
from customer
order by customer_id
