-- One row per line on which more is drawn than it ever granted (PM-12).
with granted as (
    select
        line_id,
        max(limit_fen) as limit_fen
    from limit_change
    group by line_id
),
drawn as (
    select
        loan.line_id,
        max(loan.customer_id) as customer_id,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as principal_fen
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    group by loan.line_id
)
select
    drawn.customer_id as subject_id,
    drawn.principal_fen as measured,
    granted.limit_fen as limit_value
from drawn
inner join granted on drawn.line_id = granted.line_id
where drawn.principal_fen > granted.limit_fen
order by subject_id
