-- One row per lender and day: guarantee given back, negative: what still came in on a loan after the lender was paid for
-- it, of principal or after write-off, up to what it was paid.
with came as (
    select
        guarantee_call.call_id,
        guarantee_call.funder_code,
        guarantee_call.amount_fen as called_fen,
        posting.booked_on,
        posting.amount_fen
        * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
        - posting.amount_fen * funding_span.before_fen // funding_span.lent_fen as part_fen,
        flow.position
    from guarantee_call
    inner join posting
        on guarantee_call.loan_id = posting.loan_id
        and posting.booked_on > guarantee_call.called_on
    inner join flow on posting.flow = flow.flow
    inner join funding_span
        on guarantee_call.loan_id = funding_span.loan_id
        and guarantee_call.funder_code = funding_span.funder_code
        and posting.booked_on >= funding_span.from_on
        and (funding_span.until_on is null or posting.booked_on < funding_span.until_on)
    where posting.flow in ('principal_repaid', 'recovered') and posting.booked_on <= $to_on
),
running as (
    select
        *,
        sum(part_fen) over (partition by call_id order by booked_on, position) as after_fen
    from came
)
select
    funder_code,
    booked_on,
    'guarantee' as flow,
    cast(
        -sum(least(after_fen, called_fen) - least(after_fen - part_fen, called_fen)) as bigint
    ) as amount_fen
from running
where booked_on >= $from_on and ($funder_code is null or funder_code = $funder_code)
group by funder_code, booked_on
order by booked_on, funder_code
