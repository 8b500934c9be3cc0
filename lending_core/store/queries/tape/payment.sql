-- One row per payment of a tape that belongs to one of its loans.
select
    contract.loan_id,
    tape_paid.paid_on,
    tape_paid.amount_fen
from tape_paid
inner join tape_contract as contract on tape_paid.reference = contract.reference
where tape_paid.failed is null and tape_paid.paid_on >= contract.disbursed_on
