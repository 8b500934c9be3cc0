-- One row per credit line of a customer, or the one line asked for: limit and status in force.
with chosen as (
    select *
    from credit_line
    where
        ($customer_id is null or customer_id = $customer_id)
        and ($line_id is null or line_id = $line_id)
),
newest_limit as (
    select
        limit_change.line_id,
        max_by(limit_change.limit_fen, limit_change.limit_change_id) as limit_fen
    from limit_change
    inner join chosen on limit_change.line_id = chosen.line_id
    group by limit_change.line_id
),
newest_change as (
    select
        line_change.line_id,
        max_by(line_change.status, line_change.line_change_id) as status,
        max_by(line_change.reason, line_change.line_change_id) as reason,
        max_by(line_change.changed_on, line_change.line_change_id) as changed_on,
        max_by(line_change.changed_by, line_change.line_change_id) as changed_by
    from line_change
    inner join chosen on line_change.line_id = chosen.line_id
    group by line_change.line_id
)
select
    chosen.line_id,
    chosen.customer_id,
    chosen.application_id,
    chosen.product_code,
    chosen.annual_rate,
    chosen.opened_on,
    decision.instalments_max,
    newest_limit.limit_fen,
    coalesce(newest_change.status, 'active') as line_status,
    newest_change.reason as line_reason,
    newest_change.changed_on as line_changed_on,
    newest_change.changed_by as line_changed_by
from chosen
inner join decision on chosen.application_id = decision.application_id
inner join newest_limit on chosen.line_id = newest_limit.line_id
left join newest_change on chosen.line_id = newest_change.line_id
order by chosen.line_id
