-- One row per loan and lender with a share in it now: its part of what is owed, to the fen.
select
    funding_share.loan_id,
    loan.customer_id,
    funding_share.funder_code,
    funding_share.owed_fen as owing_fen
from funding_share
inner join loan on funding_share.loan_id = loan.loan_id
order by funding_share.loan_id, funding_share.funder_code
