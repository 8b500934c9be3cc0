-- One row per proposal of a run of the line review, with the answer where there is one.
select
    line_proposal.line_id,
    credit_line.customer_id,
    credit_line.product_code,
    line_proposal.action,
    line_proposal.rule,
    line_proposal.limit_fen,
    line_proposal.proposed_limit_fen,
    line_proposal.used_fen,
    line_proposal.months_open,
    line_proposal.days_past_due,
    line_proposal_answer.is_accepted,
    line_proposal_answer.left_out,
    line_proposal_answer.reason
from line_proposal
inner join credit_line on line_proposal.line_id = credit_line.line_id
left join line_proposal_answer
    on line_proposal.batch_id = line_proposal_answer.batch_id
    and line_proposal.line_id = line_proposal_answer.line_id
where line_proposal.batch_id = $batch_id
order by line_proposal.line_id
