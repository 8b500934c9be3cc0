-- One row: the customer of this kind with this ID number, or none.
select
    customer_id,
    name
from customer
where id_number = $id_number and kind = $kind
