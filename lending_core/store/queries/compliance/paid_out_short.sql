-- One row per loan of which another amount was paid out than its contract says (PR-11), or nothing. Money is booked at
-- the close of its day: what was lent since is not looked at.
with paid as (
    select
        loan_id,
        sum(amount_fen) as paid_fen
    from posting
    where flow = 'principal_lent'
    group by loan_id
),
drawn as (
    select
        loan_id,
        sum(amount_fen) as drawn_fen
    from loan_event
    where kind = 'draw' and recorded_on <= $on
    group by loan_id
)
select
    loan.loan_id as subject_id,
    coalesce(paid.paid_fen, 0) as measured,
    loan.principal_fen + coalesce(drawn.drawn_fen, 0) as limit_value
from loan
left join paid on loan.loan_id = paid.loan_id
left join drawn on loan.loan_id = drawn.loan_id
where
    loan.disbursed_on between $effective_on and $on
    and coalesce(paid.paid_fen, 0) <> loan.principal_fen + coalesce(drawn.drawn_fen, 0)
order by subject_id
