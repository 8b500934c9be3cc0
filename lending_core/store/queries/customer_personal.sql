-- One row: the personal columns of a customer, encrypted as they are kept.
select
    name,
    id_number,
    phone,
    licence_number,
    birth_on
from customer
where customer_id = $customer_id
