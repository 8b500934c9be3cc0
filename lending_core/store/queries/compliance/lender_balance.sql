-- One row per borrower who owes lenders of a type too much (LT-01, LT-02, LT-06).
with owed as (
    select
        loan.customer_id,
        cast(sum(funding_share.owed_fen) as bigint) as owed_fen
    from funding_share
    inner join funder on funding_share.funder_code = funder.funder_code
    inner join loan on funding_share.loan_id = loan.loan_id
    inner join customer on loan.customer_id = customer.customer_id
    where list_contains($lender_types, funder.lender_type) and customer.kind = $kind
    group by loan.customer_id
)
select
    customer_id as subject_id,
    owed_fen as measured,
    cast($cap_yuan as bigint) * 100 as limit_value
from owed
where owed_fen > cast($cap_yuan as bigint) * 100
order by subject_id
