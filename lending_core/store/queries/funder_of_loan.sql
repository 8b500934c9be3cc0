-- One row per lender of a loan.
select funder_code
from funding
where loan_id = $loan_id
order by funder_code
