-- One row: the customer of this kind whose ID number has this fingerprint, or none.
select
    customer_id,
    name
from customer
where person_fingerprint = $person_fingerprint and kind = $kind
