-- One row per customer who applied here before: when last, loans taken and repaid, how late, what is owed.
with application_past as (
    select
        customer_id,
        max(applied_on) as last_applied_on
    from application
    where customer_id between $first_customer_id and $last_customer_id
    group by customer_id
),
loan_past as (
    select
        loan.customer_id,
        count(distinct loan.loan_id) as loans_taken,
        count(case when loan_month.principal_fen = 0 then 1 end) as own_loans_repaid,
        max(loan_month.days_past_due) as own_worst_days_past_due,
        max(case when loan_month.month_end_on = $business_on then loan_month.days_past_due end)
            as own_days_past_due,
        sum(case when loan_month.month_end_on = $business_on then loan_month.principal_fen end)
            as own_principal_fen
    from loan
    inner join loan_month on loan.loan_id = loan_month.loan_id
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
    cast(coalesce(loan_past.own_principal_fen, 0) as bigint) as own_principal_fen
from application_past
left join loan_past on application_past.customer_id = loan_past.customer_id
