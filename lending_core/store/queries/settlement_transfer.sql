-- One row per lender and day on which loans changed hands: principal owed that came to it (negative: that left).
with owed as (
    select
        moved.loan_id,
        moved.effective_on,
        sum(
            case
                when posting.flow = 'principal_lent' then posting.amount_fen
                else -posting.amount_fen
            end
        ) as owed_fen
    from (select distinct loan_id, effective_on from funding_change) as moved
    inner join posting
        on moved.loan_id = posting.loan_id and posting.booked_on < moved.effective_on
    where posting.flow in ('principal_lent', 'principal_repaid', 'principal_written_off')
    group by moved.loan_id, moved.effective_on
),
part as (
    select
        funding_span.funder_code,
        owed.effective_on,
        owed.owed_fen * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
        - owed.owed_fen * funding_span.before_fen // funding_span.lent_fen as amount_fen
    from owed
    inner join funding_span
        on owed.loan_id = funding_span.loan_id and owed.effective_on = funding_span.from_on
    union all
    select
        funding_span.funder_code,
        owed.effective_on,
        owed.owed_fen * funding_span.before_fen // funding_span.lent_fen
        - owed.owed_fen * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
            as amount_fen
    from owed
    inner join funding_span
        on owed.loan_id = funding_span.loan_id and owed.effective_on = funding_span.until_on
)
select
    funder_code,
    effective_on as booked_on,
    'transferred' as flow,
    cast(sum(amount_fen) as bigint) as amount_fen
from part
where
    effective_on between $from_on and $to_on
    and ($funder_code is null or funder_code = $funder_code)
group by funder_code, effective_on
order by effective_on, funder_code
