-- One row per region and per product with loans: the principal that is owed of them, lent since the close included.
select
    'region_code' as part,
    loan.region_code as code,
    cast(sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as bigint) as owed_fen
from loan
left join loan_position on loan.loan_id = loan_position.loan_id
group by loan.region_code
union all
select
    'product_code' as part,
    loan.product_code as code,
    cast(sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as bigint) as owed_fen
from loan
left join loan_position on loan.loan_id = loan_position.loan_id
group by loan.product_code
order by part, code
