-- One row per change of a customer's credit lines, newest first: a limit, or frozen and opened again.
with customer_line as (
    select line_id
    from credit_line
    where customer_id = $customer_id
)
select
    limit_change.line_id,
    limit_change.changed_on,
    'limit' as line_event,
    limit_change.limit_fen,
    limit_change.reason as line_reason,
    null as actor,
    null as recorded_at,
    limit_change.limit_change_id as change_id,
    0 as status_change_id
from limit_change
inner join customer_line on limit_change.line_id = customer_line.line_id
union all
select
    line_change.line_id,
    line_change.changed_on,
    line_change.status as line_event,
    null as limit_fen,
    line_change.reason as line_reason,
    line_change.changed_by as actor,
    line_change.recorded_at,
    0 as change_id,
    line_change.line_change_id as status_change_id
from line_change
inner join customer_line on line_change.line_id = customer_line.line_id
order by changed_on desc, status_change_id desc, change_id desc, line_id
