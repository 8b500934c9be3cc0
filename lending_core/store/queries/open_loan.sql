-- One row per loan with principal left at a month end: what is overdue, falls due next month, clears it.
with paid as (
    select
        loan_id,
        sum(amount_fen) as paid_fen
    from payment
    where paid_on <= $month_end_on
    group by loan_id
),
unsettled as (
    select
        instalment.loan_id,
        instalment.number,
        instalment.due_on,
        least(
            instalment.principal_fen + instalment.interest_fen,
            instalment.total_before_fen + instalment.principal_fen + instalment.interest_fen
            - coalesce(paid.paid_fen, 0)
        ) as unpaid_fen,
        instalment.principal_fen,
        row_number() over (partition by instalment.loan_id order by instalment.number) as position
    from loan_month
    inner join instalment on loan_month.loan_id = instalment.loan_id
    left join paid on instalment.loan_id = paid.loan_id
    where
        loan_month.month_end_on = $month_end_on
        and loan_month.principal_fen > 0
        and instalment.total_before_fen + instalment.principal_fen + instalment.interest_fen
        > coalesce(paid.paid_fen, 0)
),
owed as (
    select
        loan_id,
        sum(case when due_on <= $month_end_on then unpaid_fen else 0 end) as overdue_fen,
        sum(case when due_on <= $month_end_on and position = 1 then unpaid_fen else 0 end)
            as oldest_overdue_fen,
        min(case when due_on > $month_end_on and due_on <= $next_month_end_on then due_on end)
            as due_on,
        sum(
            case when due_on > $month_end_on and due_on <= $next_month_end_on
                then unpaid_fen else 0 end
        ) as due_fen,
        sum(
            case when due_on <= $next_month_end_on then unpaid_fen
                else least(unpaid_fen, principal_fen) end
        ) as payoff_fen
    from unsettled
    group by loan_id
)
select
    loan.loan_id,
    loan.customer_id,
    loan.product_code,
    simulated_borrower.true_risk,
    loan_month.days_past_due,
    cast(owed.overdue_fen as bigint) as overdue_fen,
    cast(owed.oldest_overdue_fen as bigint) as oldest_overdue_fen,
    owed.due_on,
    cast(owed.due_fen as bigint) as due_fen,
    cast(owed.payoff_fen as bigint) as payoff_fen,
    coalesce(paid.paid_fen, 0) > 0 as has_paid,
    simulated_stop.customer_id is not null as has_stopped
from owed
inner join loan on owed.loan_id = loan.loan_id
inner join loan_month
    on owed.loan_id = loan_month.loan_id and loan_month.month_end_on = $month_end_on
inner join simulated_borrower on loan.customer_id = simulated_borrower.customer_id
left join paid on owed.loan_id = paid.loan_id
left join simulated_stop on loan.customer_id = simulated_stop.customer_id
