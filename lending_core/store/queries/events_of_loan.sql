-- One row per event of a loan, in the order of recording.
select
    loan_event.*,
    reversal.loan_event_id as reversed_by_event_id
from loan_event
left join loan_event as reversal
    on
        reversal.reverses_event_id = loan_event.loan_event_id
        and reversal.kind = 'reversal'
where loan_event.loan_id = $loan_id
order by loan_event.loan_event_id
