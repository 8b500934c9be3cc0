-- One row per open loan of a range to which nothing happened since the last close, with its kept plan.
select
    loan_plan.*,
    loan.principal_fen as lent_fen,
    loan.product_code,
    loan.annual_rate,
    loan.method,
    loan.instalments,
    loan.day_count,
    loan.carries_remainder,
    loan.disbursed_on,
    loan.grace_days,
    loan.penalty_multiple,
    lead_funding.funder_code,
    loan_position.bucket,
    loan_position.flow_totals_fen as booked_fen
from loan_plan
inner join loan_position on loan_plan.loan_id = loan_position.loan_id and loan_position.is_open
inner join loan on loan_plan.loan_id = loan.loan_id
inner join lead_funding on loan_plan.loan_id = lead_funding.loan_id
where
    loan_plan.loan_id between $first_loan_id and $last_loan_id
    and loan_plan.loan_id not in (
        select loan_id from loan_event where loan_event_id > $last_event_id
    )
order by loan_plan.loan_id
