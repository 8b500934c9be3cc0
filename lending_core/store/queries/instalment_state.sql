-- One row per instalment of a loan: what is due, and how much of it has been paid by a day.
with paid as (
    select
        coalesce(sum(amount_fen), 0) as paid_fen,
        coalesce(max(case when strategy = 'payoff' then 1 else 0 end), 0) as is_paid_off
    from payment
    where loan_id = $loan_id and paid_on <= $as_of_on
)
select
    instalment.number,
    instalment.due_on,
    instalment.principal_fen,
    instalment.interest_fen,
    instalment.principal_fen + instalment.interest_fen as total_fen,
    cast(least(
        instalment.principal_fen + instalment.interest_fen,
        greatest(0, paid.paid_fen - instalment.total_before_fen)
    ) as bigint) as paid_fen,
    paid.is_paid_off = 1 as is_paid_off
from instalment
cross join paid
where instalment.loan_id = $loan_id
order by instalment.number
