-- One row per customer among those given: the name.
select
    customer_id,
    name
from customer
where list_contains($customer_ids, customer_id)
