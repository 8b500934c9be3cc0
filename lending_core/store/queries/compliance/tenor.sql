-- One row per loan with a longer term than its borrower's kind allows (IL-05).
select
    loan.loan_id as subject_id,
    loan.instalments as measured,
    case customer.kind when 'person' then $person_months else $business_months end as limit_value
from loan
inner join customer on loan.customer_id = customer.customer_id
where
    loan.disbursed_on >= $effective_on
    and loan.instalments
    > case customer.kind when 'person' then $person_months else $business_months end
order by subject_id
