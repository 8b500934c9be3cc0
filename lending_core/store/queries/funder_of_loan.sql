-- One row per lender that ever had a share in a loan.
select funder_code
from funding
where loan_id = $loan_id
union
select to_code as funder_code
from funding_change
where loan_id = $loan_id
order by funder_code
