-- One row per payment that a tape tells of a loan, the oldest first.
select
    paid_on,
    amount_fen
from tape_payment
where loan_id = $loan_id
order by paid_on, amount_fen
