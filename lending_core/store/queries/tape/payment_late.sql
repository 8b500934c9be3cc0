-- One row per row of a tape's payments that no sound contract of the tape explains.
select
    tape_paid.position,
    case when contract.loan_id is null then 'orphan' else 'order' end as reason,
    case when contract.loan_id is null then 'reference' else 'paid_on' end as target
from tape_paid
left join tape_contract as contract on tape_paid.reference = contract.reference
where
    tape_paid.failed is null
    and (contract.loan_id is null or tape_paid.paid_on < contract.disbursed_on)
