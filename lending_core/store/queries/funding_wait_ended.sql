-- One row per accepted offer or draw whose wait ended in a period, the newest first.
select
    funding_wait.wait_id,
    funding_wait.application_id,
    funding_wait.line_id,
    funding_wait.amount_fen,
    funding_wait.since_on,
    funding_wait_end.ended_on,
    funding_wait_end.outcome,
    funding_wait_end.loan_id
from funding_wait_end
inner join funding_wait on funding_wait_end.wait_id = funding_wait.wait_id
where funding_wait_end.ended_on between $from_on and $to_on
order by funding_wait_end.ended_on desc, funding_wait.wait_id desc
