-- One row per lender: its terms in force on the open day.
select *
from funder
order by funder_code
