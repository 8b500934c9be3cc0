-- One row per loan and lender: its part of the loan and of what is still owed.
select
    funding.loan_id,
    loan.customer_id,
    loan.region_code,
    loan.disbursed_on,
    funding.funder_code,
    funding.share_fen,
    loan.principal_fen,
    coalesce(loan_position.principal_fen, loan.principal_fen) as owed_fen
from funding
inner join loan on funding.loan_id = loan.loan_id
left join loan_position on loan.loan_id = loan_position.loan_id
order by funding.loan_id, funding.funder_code
