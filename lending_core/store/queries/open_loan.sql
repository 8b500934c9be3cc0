-- One row per open loan at the close of a day: what is overdue, what falls due next until a day, what clears it.
-- Days of a kept plan are whole numbers since 1970-01-01.
with term as (
    select
        date_diff('day', date '1970-01-01', cast($closed_on as date)) as closed_day,
        date_diff('day', date '1970-01-01', cast($to_on as date)) as last_day
),
instalment_left as (
    select
        loan_plan.loan_id,
        unnest(loan_plan.due_on) as due_day,
        unnest(loan_plan.principal_left_fen) as principal_fen,
        unnest(loan_plan.interest_left_fen) as interest_fen
    from loan_plan
    inner join loan_position on loan_plan.loan_id = loan_position.loan_id
    where loan_position.is_open and loan_position.principal_fen > 0
),
unpaid as (
    select
        instalment_left.*,
        term.closed_day,
        principal_fen + interest_fen as left_fen,
        due_day <= term.closed_day as is_overdue,
        min(case when due_day > term.closed_day and due_day <= term.last_day then due_day end)
            over (partition by loan_id) as next_day,
        row_number() over (partition by loan_id order by due_day) as place
    from instalment_left
    cross join term
    where principal_fen + interest_fen > 0
),
owed as (
    select
        loan_id,
        sum(case when is_overdue then left_fen else 0 end) as overdue_fen,
        sum(case when is_overdue then principal_fen else 0 end) as overdue_principal_fen,
        sum(case when is_overdue and place = 1 then left_fen else 0 end) as oldest_fen,
        sum(case when is_overdue and place = 1 then principal_fen else 0 end) as oldest_principal_fen,
        max(next_day) as next_day,
        sum(case when due_day = next_day then left_fen else 0 end) as due_fen,
        sum(case when due_day = next_day then principal_fen else 0 end) as due_principal_fen,
        sum(principal_fen + case when due_day <= next_day then interest_fen else 0 end)
            as payoff_fen
    from unpaid
    group by loan_id
)
select
    loan.loan_id,
    loan.customer_id,
    loan.product_code,
    loan.grace_days,
    simulated_borrower.true_risk,
    loan_position.closed_on,
    loan_position.days_past_due,
    loan_position.penalty_fen + loan_position.fee_fen as charges_fen,
    loan_plan.penalty_rate,
    cast(owed.overdue_fen as bigint) as overdue_fen,
    cast(owed.overdue_principal_fen as bigint) as overdue_principal_fen,
    cast(owed.oldest_fen as bigint) as oldest_overdue_fen,
    cast(owed.oldest_principal_fen as bigint) as oldest_principal_fen,
    cast(date_add(date '1970-01-01', to_days(cast(owed.next_day as integer))) as date) as due_on,
    cast(owed.due_fen as bigint) as due_fen,
    cast(owed.due_principal_fen as bigint) as due_principal_fen,
    cast(owed.payoff_fen as bigint) as payoff_fen,
    loan.loan_id in (select loan_id from payment) as has_paid,
    simulated_stop.customer_id is not null as has_stopped
from owed
inner join loan on owed.loan_id = loan.loan_id
inner join loan_plan on owed.loan_id = loan_plan.loan_id
inner join loan_position on owed.loan_id = loan_position.loan_id
inner join simulated_borrower on loan.customer_id = simulated_borrower.customer_id
left join simulated_stop on loan.customer_id = simulated_stop.customer_id
