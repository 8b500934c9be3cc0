-- One row per customer and day on which there was an attempt, between two days.
select distinct
    customer_id,
    local_on
from contact_attempt
where local_on between $first_on and $on
