-- One row per lender of the register.
select funder_code
from funder
order by funder_code
