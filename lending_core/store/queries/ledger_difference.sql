-- One row per loan and flow whose postings do not add up to the total that the loan's position states.
with stated as (
    select
        loan_position.loan_id,
        flow.flow,
        loan_position.flow_totals_fen[flow.position + 1] as amount_fen
    from loan_position
    cross join flow
),

entry as (
    select
        loan_id,
        flow,
        amount_fen as posted_fen,
        0 as position_fen
    from posting
    union all
    select
        loan_id,
        flow,
        0 as posted_fen,
        amount_fen as position_fen
    from stated
    where amount_fen <> 0
)

select
    loan_id,
    flow,
    cast(sum(posted_fen) as bigint) as posted_fen,
    cast(sum(position_fen) as bigint) as position_fen,
    cast(sum(posted_fen - position_fen) as bigint) as difference_fen
from entry
group by loan_id, flow
having sum(posted_fen - position_fen) <> 0
order by loan_id, flow
limit $differences_max
