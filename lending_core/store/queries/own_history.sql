-- One row per customer who applied here before: when last, loans taken and repaid, how late, how long ago, what is
-- owed, and what lines grant (what is owed where that is more). Months since late run from the last month end with a
-- loan past due to the newest, 0 where one is past due now; null: never. A written-off loan stays as late as ever.
with application_past as (
    select
        customer_id,
        max(applied_on) as last_applied_on
    from application
    where customer_id between $first_customer_id and $last_customer_id
    group by customer_id
),
worst as (
    select
        loan_id,
        max(days_past_due) as days_past_due,
        max(case when days_past_due > 0 then month_end_on end) as late_on
    from loan_month
    group by loan_id
),
loan_past as (
    select
        loan.customer_id,
        count(*) as loans_taken,
        count(case when loan_position.principal_fen = 0 and not loan_position.is_charged_off
            then 1 end) as own_loans_repaid,
        max(greatest(worst.days_past_due, loan_position.days_past_due))
            as own_worst_days_past_due,
        max(case when loan_position.is_charged_off then worst.days_past_due
            else loan_position.days_past_due end) as own_days_past_due,
        min(case when loan_position.days_past_due > 0 then 0
            else date_diff('month', worst.late_on, newest.month_end_on) end)
            as own_months_since_late,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as own_principal_fen
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    left join worst on loan.loan_id = worst.loan_id
    cross join (select max(month_end_on) as month_end_on from loan_month) as newest
    where loan.customer_id between $first_customer_id and $last_customer_id
    group by loan.customer_id
),
owed as (
    select
        loan.line_id,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as principal_fen
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    where loan.customer_id between $first_customer_id and $last_customer_id
    group by loan.line_id
),
line_limit as (
    select
        credit_line.customer_id,
        credit_line.line_id,
        max_by(limit_change.limit_fen, limit_change.limit_change_id) as limit_fen
    from credit_line
    inner join limit_change on credit_line.line_id = limit_change.line_id
    where credit_line.customer_id between $first_customer_id and $last_customer_id
    group by credit_line.customer_id, credit_line.line_id
),
granted as (
    select
        line_limit.customer_id,
        sum(greatest(line_limit.limit_fen, coalesce(owed.principal_fen, 0))) as own_limit_fen
    from line_limit
    left join owed on line_limit.line_id = owed.line_id
    group by line_limit.customer_id
)
select
    application_past.customer_id,
    application_past.last_applied_on,
    cast(coalesce(loan_past.loans_taken, 0) as integer) as loans_taken,
    cast(coalesce(loan_past.own_loans_repaid, 0) as integer) as own_loans_repaid,
    cast(coalesce(loan_past.own_worst_days_past_due, 0) as integer) as own_worst_days_past_due,
    cast(coalesce(loan_past.own_days_past_due, 0) as integer) as own_days_past_due,
    cast(loan_past.own_months_since_late as integer) as own_months_since_late,
    cast(coalesce(loan_past.own_principal_fen, 0) as bigint) as own_principal_fen,
    cast(coalesce(granted.own_limit_fen, 0) as bigint) as own_limit_fen
from application_past
left join loan_past on application_past.customer_id = loan_past.customer_id
left join granted on application_past.customer_id = granted.customer_id
