-- One row per credit line under which something is owed and more may be drawn at a month end: what is left of it.
-- A line that nobody owes under is an offer that can be withdrawn at any time: no commitment.
with line_limit as (
    select
        line_id,
        max_by(limit_fen, limit_change_id) as limit_fen
    from limit_change
    where changed_on <= $month_end_on
    group by line_id
),
line_status as (
    select
        line_id,
        max_by(status, line_change_id) as status
    from line_change
    where changed_on <= $month_end_on
    group by line_id
),
used as (
    select
        loan.line_id,
        sum(loan_month.principal_fen) as used_fen,
        max_by(loan_month.region_code, loan.loan_id) as region_code
    from loan_month
    inner join loan on loan_month.loan_id = loan.loan_id
    where loan_month.month_end_on = $month_end_on and loan_month.standing = 'open'
    group by loan.line_id
)
select
    credit_line.line_id,
    credit_line.customer_id,
    credit_line.product_code,
    used.region_code,
    credit_line.annual_rate,
    cast(line_limit.limit_fen - used.used_fen as bigint) as undrawn_fen
from credit_line
inner join line_limit on credit_line.line_id = line_limit.line_id
left join line_status on credit_line.line_id = line_status.line_id
inner join used on credit_line.line_id = used.line_id
where
    coalesce(line_status.status, 'active') = 'active'
    and line_limit.limit_fen > used.used_fen
order by credit_line.line_id
