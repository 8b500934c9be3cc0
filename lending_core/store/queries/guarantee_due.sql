-- One row per loan that is $days_past_due days late or written off, and lender with a guarantee that was not paid for it
-- yet: the lender's part of everything that is owed.
with late as (
    select
        loan_id,
        is_charged_off,
        case
            when is_charged_off then claim_fen
            else principal_fen + interest_receivable_fen
        end as owed_fen
    from loan_position
    where days_past_due >= $days_past_due or (is_charged_off and claim_fen > 0)
)
select
    late.loan_id,
    funding_share.funder_code,
    case when late.is_charged_off then 'written_off' else 'days_past_due' end as reason,
    funder.guarantee_budget_fen,
    cast(
        late.owed_fen
        * (funding_share.before_fen + funding_share.share_fen) // funding_share.lent_fen
        - late.owed_fen * funding_share.before_fen // funding_share.lent_fen as bigint
    ) as owed_fen
from late
inner join funding_share on late.loan_id = funding_share.loan_id
inner join funder on funding_share.funder_code = funder.funder_code
left join guarantee_call
    on late.loan_id = guarantee_call.loan_id
    and funding_share.funder_code = guarantee_call.funder_code
where funder.guarantee_budget_fen is not null
    and funder.guarantee_rate > 0
    and guarantee_call.call_id is null
order by late.loan_id, funding_share.funder_code
