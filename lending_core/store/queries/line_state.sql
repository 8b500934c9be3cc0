-- One row per credit line of a customer, or the one line asked for: limit, use and status now.
with chosen as (
    select *
    from credit_line
    where
        ($customer_id is null or customer_id = $customer_id)
        and ($line_id is null or line_id = $line_id)
),
in_force as (
    select
        limit_change.line_id,
        max_by(limit_change.limit_fen, limit_change.changed_on) as limit_fen
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
),
drawn as (
    select
        loan.line_id,
        count(*) as loans,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as used_fen
    from loan
    inner join chosen on loan.line_id = chosen.line_id
    left join loan_position on loan.loan_id = loan_position.loan_id
    group by loan.line_id
)
select
    chosen.line_id,
    chosen.customer_id,
    chosen.application_id,
    chosen.product_code,
    chosen.annual_rate,
    chosen.opened_on,
    in_force.limit_fen,
    cast(coalesce(drawn.used_fen, 0) as bigint) as used_fen,
    cast(greatest(0, in_force.limit_fen - coalesce(drawn.used_fen, 0)) as bigint)
        as available_fen,
    cast(coalesce(drawn.loans, 0) as integer) as loans,
    coalesce(newest_change.status, 'active') as status,
    newest_change.reason as status_reason,
    newest_change.changed_on as status_changed_on,
    newest_change.changed_by as status_changed_by
from chosen
inner join in_force on chosen.line_id = in_force.line_id
left join newest_change on chosen.line_id = newest_change.line_id
left join drawn on chosen.line_id = drawn.line_id
order by chosen.line_id
