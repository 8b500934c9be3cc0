-- One row per loan open at a month end and calendar month after it: principal that its plan has falling due then.
-- At the newest close what is not paid yet; at an earlier month end the plan as it is known now.
with newest as (
    select max(closed_on) as closed_on
    from closed_day
),
cell as (
    select
        loan_plan.loan_id,
        unnest(loan_plan.due_on) as due_day,
        unnest(
            case
                when newest.closed_on <= $month_end_on then loan_plan.principal_left_fen
                else loan_plan.principal_fen
            end
        ) as principal_fen
    from loan_plan
    cross join newest
),
due as (
    select
        loan_id,
        date_add(date '1970-01-01', to_days(cast(due_day as integer))) as due_on,
        principal_fen
    from cell
    where principal_fen > 0
)
select
    due.loan_id,
    cast(date_diff('month', cast($month_end_on as date), due.due_on) as integer) as month,
    cast(sum(due.principal_fen) as bigint) as principal_fen
from due
inner join loan_month
    on due.loan_id = loan_month.loan_id
    and loan_month.month_end_on = $month_end_on
    and loan_month.standing = 'open'
where due.due_on > $month_end_on
group by due.loan_id, month
