-- One row per run of the line review, newest first: how much it proposed, and what staff answered.
-- carried_fen: how far the limits moved together, up or down, by what was carried out.
with proposal as (
    select
        line_proposal.batch_id,
        line_proposal.proposed_limit_fen - line_proposal.limit_fen as change_fen,
        line_proposal_answer.batch_id is not null as is_answered,
        coalesce(line_proposal_answer.is_accepted, false) as is_accepted,
        line_proposal_answer.left_out is not null as is_left_out,
        line_proposal_answer.answered_by,
        line_proposal_answer.answered_at
    from line_proposal
    left join line_proposal_answer
        on line_proposal.batch_id = line_proposal_answer.batch_id
        and line_proposal.line_id = line_proposal_answer.line_id
)
select
    line_review_batch.batch_id,
    line_review_batch.policy_version,
    line_review_batch.as_of_on,
    line_review_batch.lines,
    line_review_batch.run_by,
    line_review_batch.recorded_at,
    count(proposal.batch_id) as proposals,
    count(case when proposal.is_answered then 1 end) as answered,
    count(case when proposal.is_accepted and not proposal.is_left_out then 1 end) as carried_out,
    count(case when proposal.is_left_out then 1 end) as left_out,
    cast(coalesce(sum(case when proposal.is_accepted and not proposal.is_left_out
        then proposal.change_fen end), 0) as bigint) as carried_fen,
    max(proposal.answered_by) as answered_by,
    max(proposal.answered_at) as answered_at
from line_review_batch
left join proposal on line_review_batch.batch_id = proposal.batch_id
group by
    line_review_batch.batch_id,
    line_review_batch.policy_version,
    line_review_batch.as_of_on,
    line_review_batch.lines,
    line_review_batch.run_by,
    line_review_batch.recorded_at
order by line_review_batch.batch_id desc
