-- One row per movement of a loan's money up to a day: what the borrower receives is positive.
-- What is still owed counts as if paid on the day of the newest close.
select
    loan_id,
    disbursed_on as on_day,
    principal_fen as amount_fen
from loan
where $loan_id is null or loan_id = $loan_id
union all
select
    event.loan_id,
    event.effective_on as on_day,
    case when event.kind in ('draw', 'refund') then event.amount_fen else -event.amount_fen end
        as amount_fen
from loan_event as event
left join loan_event as reversal
    on event.loan_event_id = reversal.reverses_event_id and reversal.kind = 'reversal'
where
    event.kind in ('draw', 'refund', 'payment', 'recovery')
    and reversal.loan_event_id is null
    and ($loan_id is null or event.loan_id = $loan_id)
union all
select
    loan_id,
    closed_on as on_day,
    -payoff_fen as amount_fen
from loan_position
where payoff_fen > 0 and ($loan_id is null or loan_id = $loan_id)
order by loan_id, on_day
