-- One row: the book in this file, or none before it is started.
select
    name,
    is_simulated,
    seed,
    currency,
    first_business_on,
    business_on,
    shape
from book
