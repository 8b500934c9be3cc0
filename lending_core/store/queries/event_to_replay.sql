-- One row per event of loans of a range to which something happened since the last close.
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
where
    loan_id between $first_loan_id and $last_loan_id
    and (
        loan_id in (select loan_id from loan_event where loan_event_id > $last_event_id)
        or loan_id not in (select loan_id from loan_plan)
    )
