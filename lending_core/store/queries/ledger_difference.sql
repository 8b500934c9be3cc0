-- One row per loan and flow of its state whose postings do not add up to the total that the loan's position states.
with entry as (
    select
        posting.loan_id,
        flow.position,
        posting.amount_fen as posted_fen,
        0 as position_fen
    from posting
    inner join flow on posting.flow = flow.flow
    where flow.is_in_state
    union all
    select
        loan_position.loan_id,
        flow.position,
        0 as posted_fen,
        loan_position.flow_totals_fen[flow.position + 1] as position_fen
    from loan_position
    cross join flow
    where flow.is_in_state and loan_position.flow_totals_fen[flow.position + 1] <> 0
),

difference as (
    select
        loan_id,
        position,
        sum(posted_fen) as posted_fen,
        sum(position_fen) as position_fen
    from entry
    group by loan_id, position
    having sum(posted_fen) <> sum(position_fen)
)

select
    difference.loan_id,
    flow.flow,
    cast(difference.posted_fen as bigint) as posted_fen,
    cast(difference.position_fen as bigint) as position_fen,
    cast(difference.posted_fen - difference.position_fen as bigint) as difference_fen
from difference
inner join flow on difference.position = flow.position
