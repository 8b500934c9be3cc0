-- One row: the highest number of a customer, 0 before the first.
select coalesce(max(customer_id), 0) as customer_id
from customer
