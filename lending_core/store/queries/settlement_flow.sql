-- One row per lender, day and flow of the journal: its part of what was booked. Loans of one lender who never changed
-- are summed; of the others every sum is split by the shares of its day, so that the parts of a running total, and of
-- the principal still owed, always add up to it.
with split_loan as (
    select loan_id
    from funding
    where coalesce(role, 'whole') <> 'whole'
    union
    select loan_id
    from funding_change
),
signed as (
    select
        posting.loan_id,
        posting.booked_on,
        posting.flow,
        flow.position,
        posting.flow in ('principal_lent', 'principal_repaid', 'principal_written_off')
            as is_principal,
        case when posting.flow in ('principal_repaid', 'principal_written_off') then -1 else 1 end
            as sign,
        posting.amount_fen
    from posting
    inner join split_loan on posting.loan_id = split_loan.loan_id
    inner join flow on posting.flow = flow.flow
    where list_contains($flows, posting.flow) and posting.booked_on <= $to_on
),
running as (
    select
        *,
        sum(sign * amount_fen) over (
            partition by loan_id, case when is_principal then 'principal' else flow end
            order by booked_on, position
        ) as after_fen
    from signed
),
part as (
    select
        funding_span.funder_code,
        running.booked_on,
        running.flow,
        running.sign * (
            running.after_fen
            * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
            - running.after_fen * funding_span.before_fen // funding_span.lent_fen
            - (running.after_fen - running.sign * running.amount_fen)
            * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
            + (running.after_fen - running.sign * running.amount_fen)
            * funding_span.before_fen // funding_span.lent_fen
        ) as amount_fen
    from running
    inner join funding_span
        on running.loan_id = funding_span.loan_id
        and running.booked_on >= funding_span.from_on
        and (funding_span.until_on is null or running.booked_on < funding_span.until_on)
    where running.booked_on >= $from_on
    union all
    select
        funding.funder_code,
        posting.booked_on,
        posting.flow,
        posting.amount_fen
    from posting
    inner join funding on posting.loan_id = funding.loan_id
    where list_contains($flows, posting.flow)
        and posting.booked_on between $from_on and $to_on
        and posting.loan_id not in (select loan_id from split_loan)
)
select
    funder_code,
    booked_on,
    flow,
    cast(sum(amount_fen) as bigint) as amount_fen
from part
where ($funder_code is null or funder_code = $funder_code)
group by funder_code, booked_on, flow
order by booked_on, funder_code, flow
