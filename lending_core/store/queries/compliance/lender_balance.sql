-- One row per borrower who owes lenders of a type too much (LT-01, LT-02, LT-06).
with owed as (
    select
        loan.customer_id,
        sum(case
            when loan_position.loan_id is null then funding.share_fen
            else cast(
                cast(funding.share_fen as double) * loan_position.principal_fen / loan.principal_fen
                as bigint
            )
        end) as owed_fen
    from funding
    inner join funder on funding.funder_code = funder.funder_code
    inner join loan on funding.loan_id = loan.loan_id
    inner join customer on loan.customer_id = customer.customer_id
    left join loan_position on loan.loan_id = loan_position.loan_id
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
