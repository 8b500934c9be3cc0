-- One row per customer whom nothing finds by the ID number yet.
select
    customer_id,
    id_number
from customer
where person_fingerprint is null
