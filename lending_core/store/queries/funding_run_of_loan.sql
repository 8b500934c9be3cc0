-- One row: the matching that chose the lenders of a loan, or none from before matchings were kept.
select run_id
from lead_funding
where loan_id = $loan_id and run_id is not null
