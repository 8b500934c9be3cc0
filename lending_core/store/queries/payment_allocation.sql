-- One row per payment after the given one: how much of it repays principal; the rest is interest.
-- The same order as in loan_month.sql: oldest instalment first, interest before principal.
with running as (
    select
        payment.payment_id,
        payment.loan_id,
        payment.paid_on,
        payment.kind,
        payment.amount_fen,
        sum(payment.amount_fen) over (
            partition by payment.loan_id order by payment.paid_on, payment.payment_id
        ) as paid_to_here_fen
    from payment
    where payment.loan_id in (select loan_id from payment where payment_id > $after_payment_id)
),
repaid as (
    select
        running.payment_id,
        sum(
            greatest(0, least(
                instalment.principal_fen,
                running.paid_to_here_fen - instalment.total_before_fen - instalment.interest_fen
            ))
        ) as principal_to_here_fen,
        sum(
            greatest(0, least(
                instalment.principal_fen,
                running.paid_to_here_fen - running.amount_fen
                - instalment.total_before_fen - instalment.interest_fen
            ))
        ) as principal_before_fen
    from running
    inner join instalment on running.loan_id = instalment.loan_id
    group by running.payment_id
)
select
    running.payment_id,
    running.loan_id,
    funding.funder_code,
    running.paid_on,
    running.amount_fen,
    cast(
        case
            when running.kind = 'payoff' then loan.principal_fen - repaid.principal_before_fen
            else repaid.principal_to_here_fen - repaid.principal_before_fen
        end as bigint
    ) as principal_paid_fen
from running
inner join repaid on running.payment_id = repaid.payment_id
inner join loan on running.loan_id = loan.loan_id
inner join funding on running.loan_id = funding.loan_id
where running.payment_id > $after_payment_id
