-- One row: a loan's contract with its line and funder, or none.
select
    loan.*,
    funding.funder_code
from loan
inner join funding on loan.loan_id = funding.loan_id
where loan.loan_id = $loan_id
