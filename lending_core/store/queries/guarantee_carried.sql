-- One row per payment out of a guarantee of which nothing is booked yet: what of it had not come back before $on.
with unbooked as (
    select guarantee_call.*
    from guarantee_call
    left join guarantee_booked
        on guarantee_call.loan_id = guarantee_booked.loan_id
        and guarantee_call.funder_code = guarantee_booked.funder_code
    where guarantee_booked.loan_id is null
),
came as (
    select
        unbooked.call_id,
        posting.amount_fen
        * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
        - posting.amount_fen * funding_span.before_fen // funding_span.lent_fen as part_fen
    from unbooked
    inner join posting
        on unbooked.loan_id = posting.loan_id
        and posting.booked_on > unbooked.called_on
        and posting.booked_on < $on
    inner join funding_span
        on unbooked.loan_id = funding_span.loan_id
        and unbooked.funder_code = funding_span.funder_code
        and posting.booked_on >= funding_span.from_on
        and (funding_span.until_on is null or posting.booked_on < funding_span.until_on)
    where posting.flow in ('principal_repaid', 'recovered')
),
returned as (
    select
        call_id,
        sum(part_fen) as returned_fen
    from came
    group by call_id
)
select
    unbooked.call_id,
    unbooked.loan_id,
    unbooked.funder_code,
    cast(
        unbooked.amount_fen
        - least(unbooked.amount_fen, coalesce(returned.returned_fen, 0)) as bigint
    ) as amount_fen
from unbooked
left join returned on unbooked.call_id = returned.call_id
order by unbooked.call_id
