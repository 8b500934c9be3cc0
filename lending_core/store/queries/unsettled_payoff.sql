-- One row per payment meant to settle a loan, seen by the newest close, whose loan is still open after it.
with newest as (
    select last_event_id
    from closed_day
    order by closed_on desc
    limit 1
)

select
    payment.payment_id as loan_event_id,
    payment.loan_id,
    loan.customer_id,
    payment.paid_on,
    payment.amount_fen,
    loan_position.principal_fen,
    loan_position.payoff_fen
from payment
inner join newest on payment.payment_id <= newest.last_event_id
inner join loan_position on payment.loan_id = loan_position.loan_id
inner join loan on payment.loan_id = loan.loan_id
where
    payment.strategy = 'payoff'
    and loan_position.is_open
    and payment.paid_on <= loan_position.closed_on
