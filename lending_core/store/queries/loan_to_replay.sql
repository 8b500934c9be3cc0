-- One row per loan of a range, paid out by a day, to which something happened since the last close, or that none has seen yet.
select
    loan.*,
    lead_funding.funder_code,
    loan_position.bucket,
    loan_position.flow_totals_fen
from loan
inner join lead_funding on loan.loan_id = lead_funding.loan_id
left join loan_position on loan.loan_id = loan_position.loan_id
left join loan_plan on loan.loan_id = loan_plan.loan_id
where
    loan.loan_id between $first_loan_id and $last_loan_id
    and loan.disbursed_on <= $to_on
    and (
        loan_plan.loan_id is null
        or loan.loan_id in (select loan_id from loan_event where loan_event_id > $last_event_id)
    )
order by loan.loan_id
