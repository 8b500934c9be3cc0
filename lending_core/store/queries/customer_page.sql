-- One row: a customer, or none.
select
    customer_id,
    kind,
    name,
    id_number,
    phone,
    licence_number,
    region_code,
    joined_on
from customer
where customer_id = $customer_id
