-- One row per loan that paid on a day: what it paid.
select
    loan_id,
    cast(sum(amount_fen) as bigint) as paid_fen
from payment
where paid_on = $on
group by loan_id
