-- One row per loan and lender: its part of the loan as it was lent.
select
    funding.loan_id,
    loan.region_code,
    loan.disbursed_on,
    funding.funder_code,
    funding.share_fen,
    loan.principal_fen
from funding
inner join loan on funding.loan_id = loan.loan_id
order by funding.loan_id, funding.funder_code
