-- One row per month of disbursement whose first instalments all fell due long enough ago: lent, and lost at once.
-- A first instalment is in default when it is not fully paid by the end of the given day past its due date.
with first_instalment as (
    select
        loan.loan_id,
        last_day(loan.disbursed_on) as cohort_on,
        loan.principal_fen as lent_fen,
        instalment.due_on,
        instalment.principal_fen + instalment.interest_fen as total_fen
    from loan
    inner join instalment on loan.loan_id = instalment.loan_id and instalment.number = 1
    inner join funding on loan.loan_id = funding.loan_id
    where
        ($product_codes is null or list_contains($product_codes, loan.product_code))
        and ($region_codes is null or list_contains($region_codes, loan.region_code))
        and ($funder_codes is null or list_contains($funder_codes, funding.funder_code))
        and ($bands is null or list_contains($bands, loan.band))
        and ($scenarios is null or list_contains($scenarios, loan.scenario))
        and ($channels is null or list_contains($channels, loan.channel))
),
paid as (
    select
        payment.loan_id,
        sum(payment.amount_fen) as paid_fen,
        max(case when payment.strategy = 'payoff' then 1 else 0 end) as is_paid_off
    from payment
    inner join first_instalment on payment.loan_id = first_instalment.loan_id
    where date_diff('day', first_instalment.due_on, payment.paid_on) <= $default_days_past_due
    group by payment.loan_id
)
select
    first_instalment.cohort_on,
    count(*) as loans,
    cast(sum(first_instalment.lent_fen) as bigint) as lent_fen,
    cast(sum(
        case
            when coalesce(paid.is_paid_off, 0) = 0
                and coalesce(paid.paid_fen, 0) < first_instalment.total_fen
                then first_instalment.lent_fen
            else 0
        end
    ) as bigint) as defaulted_fen
from first_instalment
left join paid on first_instalment.loan_id = paid.loan_id
group by first_instalment.cohort_on
having date_diff('day', max(first_instalment.due_on), cast($business_on as date))
    >= $default_days_past_due
order by first_instalment.cohort_on
