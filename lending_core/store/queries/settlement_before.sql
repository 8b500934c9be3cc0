-- One row per lender and day: guarantees that were settled before they were booked. What was called, and, negative,
-- what still came in on the loan after it, of principal or after write-off, up to what was called, until the day on
-- which the rest was carried into the journal.
with unbooked as (
    select
        guarantee_call.*,
        guarantee_booked.first_on
    from guarantee_call
    left join guarantee_booked
        on guarantee_call.loan_id = guarantee_booked.loan_id
        and guarantee_call.funder_code = guarantee_booked.funder_code
    where coalesce(guarantee_booked.calls, 0) = 0
),
came as (
    select
        unbooked.call_id,
        unbooked.funder_code,
        unbooked.amount_fen as called_fen,
        posting.booked_on,
        posting.amount_fen
        * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
        - posting.amount_fen * funding_span.before_fen // funding_span.lent_fen as part_fen,
        flow.position
    from unbooked
    inner join posting
        on unbooked.loan_id = posting.loan_id
        and posting.booked_on > unbooked.called_on
        and (unbooked.first_on is null or posting.booked_on < unbooked.first_on)
    inner join flow on posting.flow = flow.flow
    inner join funding_span
        on unbooked.loan_id = funding_span.loan_id
        and unbooked.funder_code = funding_span.funder_code
        and posting.booked_on >= funding_span.from_on
        and (funding_span.until_on is null or posting.booked_on < funding_span.until_on)
    where posting.flow in ('principal_repaid', 'recovered') and posting.booked_on <= $to_on
),
running as (
    select
        *,
        sum(part_fen) over (partition by call_id order by booked_on, position) as after_fen
    from came
),
paid as (
    select
        funder_code,
        called_on as booked_on,
        amount_fen
    from unbooked
    union all
    select
        funder_code,
        booked_on,
        least(after_fen - part_fen, called_fen) - least(after_fen, called_fen) as amount_fen
    from running
)
select
    funder_code,
    booked_on,
    'guarantee' as flow,
    cast(sum(amount_fen) as bigint) as amount_fen
from paid
where
    booked_on between $from_on and $to_on
    and ($funder_code is null or funder_code = $funder_code)
group by funder_code, booked_on
order by booked_on, funder_code
