-- One row per consumer loan with all principal at the end and too long a term (IL-03).
select
    loan.loan_id as subject_id,
    loan.instalments as measured,
    $months_max as limit_value
from loan
inner join customer on loan.customer_id = customer.customer_id
where
    loan.method = 'interest_only'
    and customer.kind = 'person'
    and loan.instalments > $months_max
    and loan.disbursed_on >= $effective_on
order by subject_id
