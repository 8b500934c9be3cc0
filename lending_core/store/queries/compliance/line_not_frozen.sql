-- One row per line that can be drawn while its owner is late (PM-12).
with newest as (
    select
        line_id,
        max_by(status, line_change_id) as status
    from line_change
    group by line_id
),
late as (
    select
        loan.customer_id,
        max(loan_position.days_past_due) as days_past_due
    from loan_position
    inner join loan on loan_position.loan_id = loan.loan_id
    where loan_position.is_open and loan_position.days_past_due > 0
    group by loan.customer_id
)
select
    credit_line.customer_id as subject_id,
    late.days_past_due as measured
from credit_line
inner join late on credit_line.customer_id = late.customer_id
left join newest on credit_line.line_id = newest.line_id
where coalesce(newest.status, 'active') = 'active'
order by subject_id
