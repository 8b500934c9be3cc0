-- One row per payment of a loan, in order.
select
    payment.payment_id,
    payment.paid_on,
    payment.strategy,
    payment.amount_fen,
    payment.recorded_at
from payment
where payment.loan_id = $loan_id
order by payment.paid_on, payment.payment_id
