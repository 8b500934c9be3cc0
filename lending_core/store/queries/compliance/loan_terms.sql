-- One row per loan, with the lender whom its contract names: what its cost is held against.
select
    loan.loan_id,
    loan.product_code,
    loan.annual_rate,
    loan.principal_fen,
    loan.disbursed_on,
    coalesce(loan_position.is_open, true) as is_open,
    lead_funding.funder_code,
    funder.lender_type
from loan
inner join lead_funding on loan.loan_id = lead_funding.loan_id
left join funder on lead_funding.funder_code = funder.funder_code
left join loan_position on loan.loan_id = loan_position.loan_id
order by loan.loan_id
