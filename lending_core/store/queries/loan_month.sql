-- One row per loan and month end, from disbursement to the month it is paid off: what is owed, how late.
-- Payments settle the oldest instalment first, its interest before its principal. Days past due count
-- from the oldest unpaid instalment: its due date is day 0, the next day is day 1.
with month_end as (
    select cast(unnest($month_ends) as date) as month_end_on
),
paid as (
    select
        payment.loan_id,
        month_end.month_end_on,
        sum(payment.amount_fen) as to_date_fen,
        sum(
            case when payment.paid_on >= date_trunc('month', month_end.month_end_on)
                then payment.amount_fen else 0 end
        ) as this_month_fen,
        max(case when payment.kind = 'payoff' then 1 else 0 end) as is_paid_off
    from payment
    inner join month_end on payment.paid_on <= month_end.month_end_on
    where payment.loan_id >= $first_loan_id
    group by payment.loan_id, month_end.month_end_on
),
settled as (
    select
        instalment.*,
        instalment.principal_fen + instalment.interest_fen as total_fen,
        month_end.month_end_on,
        loan.disbursed_on,
        coalesce(paid.this_month_fen, 0) as paid_fen,
        case when paid.is_paid_off = 1 then instalment.principal_fen + instalment.interest_fen
            else least(instalment.principal_fen + instalment.interest_fen, greatest(
                0, coalesce(paid.to_date_fen, 0) - instalment.total_before_fen
            ))
        end as settled_fen
    from loan
    inner join month_end on loan.disbursed_on <= month_end.month_end_on
    inner join instalment on loan.loan_id = instalment.loan_id
    left join paid
        on loan.loan_id = paid.loan_id and month_end.month_end_on = paid.month_end_on
    where loan.loan_id >= $first_loan_id
),
state as (
    select
        loan_id,
        month_end_on,
        max(paid_fen) as paid_fen,
        max(date_diff('month', disbursed_on, month_end_on)) as months_on_book,
        coalesce(date_diff('day', min(
            case when settled_fen < total_fen and due_on < month_end_on then due_on end
        ), month_end_on), 0) as days_past_due,
        sum(principal_fen - greatest(0, settled_fen - interest_fen)) as principal_fen,
        sum(case when due_on < month_end_on then total_fen - settled_fen else 0 end)
            as overdue_fen
    from settled
    group by loan_id, month_end_on
)
select
    state.loan_id,
    state.month_end_on,
    cast(state.months_on_book as integer) as months_on_book,
    cast(state.days_past_due as integer) as days_past_due,
    bucket.bucket,
    cast(state.principal_fen as bigint) as principal_fen,
    cast(state.overdue_fen as bigint) as overdue_fen,
    cast(state.paid_fen as bigint) as paid_fen
from state
inner join bucket
    on state.days_past_due >= bucket.days_past_due_from
    and state.days_past_due <= coalesce(bucket.days_past_due_to, state.days_past_due)
where state.principal_fen > 0 or state.paid_fen > 0
