-- One row per loan of the last years with a part of its record gone (DS-04).
select
    loan.loan_id as subject_id,
    case
        when customer.customer_id is null then 'customer'
        when application.application_id is null then 'application'
        when funding.loan_id is null then 'funding'
        else 'instalments'
    end as detail
from loan
left join customer on loan.customer_id = customer.customer_id
left join application on loan.application_id = application.application_id
left join (select distinct loan_id from funding) as funding on loan.loan_id = funding.loan_id
left join (select distinct loan_id from instalment) as instalment
    on loan.loan_id = instalment.loan_id
where
    loan.disbursed_on >= date_add(cast($on as date), interval (-$years) year)
    and (
        customer.customer_id is null
        or application.application_id is null
        or funding.loan_id is null
        or instalment.loan_id is null
    )
order by subject_id
