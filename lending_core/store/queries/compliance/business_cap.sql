-- One row per business loan above the product's most, in fen or in months (LT-09).
select
    loan.loan_id as subject_id,
    case when loan.instalments > $months_max then loan.instalments else loan.principal_fen / 100 end
        as measured,
    case when loan.instalments > $months_max then $months_max else $cap_yuan end as limit_value,
    case when loan.instalments > $months_max then 'months' else 'yuan' end as detail
from loan
inner join customer on loan.customer_id = customer.customer_id
where
    customer.kind = 'small_business'
    and (
        loan.instalments > $months_max
        or loan.principal_fen > cast($cap_yuan as bigint) * 100
    )
order by subject_id
