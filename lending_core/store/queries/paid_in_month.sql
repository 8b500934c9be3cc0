-- One row per loan that paid between two days: what it paid.
select
    loan_id,
    cast(sum(amount_fen) as bigint) as paid_fen
from payment
where paid_on between $from_on and $to_on
group by loan_id
