-- One row per loan among those given: who borrowed it; for a loan of a tape, what the tape calls it.
select
    loan.loan_id,
    customer.name,
    customer.phone,
    cast(null as varchar) as reference
from loan
inner join customer on loan.customer_id = customer.customer_id
where list_contains($loan_ids, loan.loan_id)
union all
select
    loan_id,
    null as name,
    null as phone,
    reference
from tape_loan
where list_contains($loan_ids, loan_id)
