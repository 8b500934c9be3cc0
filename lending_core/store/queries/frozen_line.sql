-- One row per credit line that stands frozen.
with newest_change as (
    select
        line_id,
        max_by(status, line_change_id) as status,
        max_by(reason, line_change_id) as reason,
        max_by(changed_on, line_change_id) as changed_on,
        max_by(changed_by, line_change_id) as changed_by
    from line_change
    group by line_id
)

select
    credit_line.line_id,
    credit_line.customer_id,
    credit_line.product_code,
    newest_change.reason as line_reason,
    newest_change.changed_on,
    newest_change.changed_by as actor
from credit_line
inner join newest_change on credit_line.line_id = newest_change.line_id
where newest_change.status = 'frozen'
