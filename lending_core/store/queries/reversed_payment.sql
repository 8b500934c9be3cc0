-- One row per payment that was taken back since a day.
select
    event.loan_event_id,
    event.loan_id,
    event.amount_fen,
    event.effective_on as paid_on,
    reversal.recorded_on,
    reversal.recorded_by as actor
from loan_event as event
inner join loan_event as reversal
    on event.loan_event_id = reversal.reverses_event_id and reversal.kind = 'reversal'
where
    event.kind = 'payment'
    and reversal.recorded_on >= $since_on
