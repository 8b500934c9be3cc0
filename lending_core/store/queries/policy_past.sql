-- One row per application of a window of days, as the policy reads it, with what became of it: past_fate,
-- its first drawing, the offer really made, and the word of people where they had the last one.
with first_loan as (
    select
        application_id,
        min(loan_id) as loan_id
    from loan
    group by application_id
),
offer_made as (
    select
        credit_line.application_id,
        credit_line.annual_rate,
        limit_change.limit_fen
    from credit_line
    inner join limit_change on credit_line.line_id = limit_change.line_id
    where limit_change.reason = 'approved'
)
select
    policy_input.*,
    case
        when loan.loan_id is not null then 'drawn'
        when offer_made.application_id is not null then 'offered'
        when coalesce(reviewed_outcome.outcome, decision.outcome) = 'review' then 'waiting'
        else 'refused'
    end as past_fate,
    loan.principal_fen as past_drawn_fen,
    offer_made.limit_fen as past_limit_fen,
    cast(offer_made.annual_rate * 1000000 as bigint) as past_rate_ppm,
    case reviewed_outcome.outcome
        when 'approve' then 100
        when 'decline' then 0
    end as past_review_percent
from policy_input
inner join decision on policy_input.application_id = decision.application_id
left join reviewed_outcome on policy_input.application_id = reviewed_outcome.application_id
left join offer_made on policy_input.application_id = offer_made.application_id
left join first_loan on policy_input.application_id = first_loan.application_id
left join loan on first_loan.loan_id = loan.loan_id
where
    ($from_on is null or policy_input.applied_on >= $from_on)
    and ($to_on is null or policy_input.applied_on <= $to_on)
    and ($first_id is null or policy_input.application_id >= $first_id)
    and ($last_id is null or policy_input.application_id <= $last_id)
