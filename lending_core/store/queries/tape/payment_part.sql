-- One row per payment of loans between two numbers, by loan and day.
select
    loan_id,
    paid_on,
    amount_fen
from tape_payment_told
where loan_id between $first_loan_id and $last_loan_id
order by loan_id, paid_on, amount_fen
