-- One row per event of a customer's loans.
select
    loan_event.loan_event_id,
    loan_event.loan_id,
    loan_event.kind,
    loan_event.effective_on,
    loan_event.amount_fen,
    loan_event.strategy,
    loan_event.component,
    loan_event.annual_rate,
    loan_event.instalments,
    loan_event.reverses_event_id,
    loan_event.recorded_on
from loan_event
inner join loan on loan_event.loan_id = loan.loan_id
where loan.customer_id = $customer_id
