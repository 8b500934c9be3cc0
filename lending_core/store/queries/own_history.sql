-- One row per customer who applied here before: when last, loans taken and repaid, how late, how long ago, what is
-- owed. Months since late run from the last month end with a loan past due to the newest, 0 where one is past due now;
-- null: never. A loan that was written off stays as late as it ever was.
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
)
select
    application_past.customer_id,
    application_past.last_applied_on,
    cast(coalesce(loan_past.loans_taken, 0) as integer) as loans_taken,
    cast(coalesce(loan_past.own_loans_repaid, 0) as integer) as own_loans_repaid,
    cast(coalesce(loan_past.own_worst_days_past_due, 0) as integer) as own_worst_days_past_due,
    cast(coalesce(loan_past.own_days_past_due, 0) as integer) as own_days_past_due,
    cast(loan_past.own_months_since_late as integer) as own_months_since_late,
    cast(coalesce(loan_past.own_principal_fen, 0) as bigint) as own_principal_fen
from application_past
left join loan_past on application_past.customer_id = loan_past.customer_id
