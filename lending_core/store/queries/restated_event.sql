-- One row per event of the loans of a list.
select
    loan_event_id,
    loan_id,
    kind,
    effective_on,
    amount_fen,
    strategy,
    component,
    annual_rate,
    instalments,
    reverses_event_id,
    recorded_on
from loan_event
where list_contains($loan_ids, loan_id)
