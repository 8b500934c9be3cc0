-- One row per active credit line that was drawn under and whose limit stands since a month end: what reviews look at.
-- used_fen: principal then; owed_fen: at the last close, and lent since. days_past_due: the customer's worst after
-- $since_on. is_late: a loan past due, written off, or with a due date before the open day. others_limit_fen: of the
-- customer's other lines, offers not taken yet among them.
with newest_limit as (
    select
        line_id,
        max_by(limit_fen, limit_change_id) as limit_fen,
        max(changed_on) as changed_on
    from limit_change
    group by line_id
),
newest_status as (
    select
        line_id,
        max_by(status, line_change_id) as status
    from line_change
    group by line_id
),
month as (
    select
        loan.line_id,
        loan.customer_id,
        case when loan_month.month_end_on = $month_end_on then loan_month.principal_fen end
            as principal_fen,
        loan_month.days_past_due
    from loan_month
    inner join loan on loan_month.loan_id = loan.loan_id
    where loan_month.month_end_on > $since_on and loan_month.month_end_on <= $month_end_on
),
used as (select line_id, sum(principal_fen) as used_fen from month group by line_id),
past as (select customer_id, max(days_past_due) as days_past_due from month group by customer_id),
owed as (
    select
        loan.line_id,
        loan.customer_id,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as owed_fen,
        max(case when loan_position.days_past_due > 0 or loan_position.is_charged_off
            or loan_position.next_due_on < $open_on then 1 else 0 end) as late
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    group by loan.line_id, loan.customer_id
),
line as (
    select
        credit_line.*,
        newest_limit.limit_fen,
        newest_limit.changed_on,
        owed.owed_fen,
        sum(newest_limit.limit_fen) over (partition by credit_line.customer_id) as limits_fen,
        max(owed.late) over (partition by credit_line.customer_id) as late
    from credit_line
    inner join newest_limit on credit_line.line_id = newest_limit.line_id
    left join owed on credit_line.line_id = owed.line_id
),
newest_application as (
    select customer_id, max(application_id) as application_id from application group by customer_id
)
select
    line.line_id,
    line.customer_id,
    customer.kind,
    line.product_code,
    newest_application.application_id as newest_application_id,
    line.limit_fen,
    cast(line.limits_fen - line.limit_fen as bigint) as others_limit_fen,
    cast(coalesce(used.used_fen, 0) as bigint) as used_fen,
    cast(line.owed_fen as bigint) as owed_fen,
    cast(date_diff('month', line.opened_on, $month_end_on) as integer) as months_open,
    coalesce(past.days_past_due, 0) as days_past_due,
    line.late = 1 as is_late
from line
inner join customer on line.customer_id = customer.customer_id
inner join newest_application on line.customer_id = newest_application.customer_id
left join newest_status on line.line_id = newest_status.line_id
left join used on line.line_id = used.line_id
left join past on line.customer_id = past.customer_id
where
    line.owed_fen is not null and line.opened_on <= $month_end_on
    and line.changed_on <= $month_end_on and coalesce(newest_status.status, 'active') = 'active'
