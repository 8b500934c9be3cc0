-- One row per credit line that the close of a day freezes, or opens again: its new status.
with late_customer as (
    select distinct loan.customer_id
    from loan_position
    inner join loan on loan_position.loan_id = loan.loan_id
    where loan_position.days_past_due > 0 or loan_position.is_charged_off
),
newest_change as (
    select
        line_id,
        max_by(status, line_change_id) as status,
        max_by(reason, line_change_id) as reason
    from line_change
    group by line_id
)
select
    credit_line.line_id,
    case when late_customer.customer_id is null then 'active' else 'frozen' end as status
from credit_line
left join newest_change on credit_line.line_id = newest_change.line_id
left join late_customer on credit_line.customer_id = late_customer.customer_id
where
    (
        late_customer.customer_id is not null
        and coalesce(newest_change.status, 'active') = 'active'
    )
    or (
        late_customer.customer_id is null
        and newest_change.status = 'frozen'
        and newest_change.reason = 'days_past_due'
    )
order by credit_line.line_id
