-- One row: a loan's contract with its line and funder, or none.
select
    loan.*,
    lead_funding.funder_code
from loan
inner join lead_funding on loan.loan_id = lead_funding.loan_id
where loan.loan_id = $loan_id
