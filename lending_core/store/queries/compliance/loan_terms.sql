-- One row per loan: what its cost is held against.
select
    loan.loan_id,
    loan.product_code,
    loan.annual_rate,
    loan.principal_fen,
    loan.disbursed_on,
    coalesce(loan_position.is_open, true) as is_open,
    funding.funder_code,
    funder.lender_type
from loan
inner join funding on loan.loan_id = funding.loan_id
left join funder on funding.funder_code = funder.funder_code
left join loan_position on loan.loan_id = loan_position.loan_id
order by loan.loan_id, funding.funder_code
