-- One row: a loan with its borrower, funder and newest state, or none.
select
    loan.*,
    customer.name,
    customer.id_number,
    customer.phone,
    customer.kind,
    lead_funding.funder_code,
    loan_month.month_end_on,
    loan_month.months_on_book,
    loan_month.days_past_due,
    loan_month.bucket,
    loan_month.principal_fen as outstanding_fen,
    loan_month.overdue_fen,
    simulated_borrower.customer_id is not null as is_simulated,
    simulated_stop.stopped_on
from loan
inner join customer on loan.customer_id = customer.customer_id
inner join lead_funding on loan.loan_id = lead_funding.loan_id
left join loan_month
    on loan.loan_id = loan_month.loan_id
    and loan_month.month_end_on = $business_on
left join simulated_borrower on loan.customer_id = simulated_borrower.customer_id
left join simulated_stop on loan.customer_id = simulated_stop.customer_id
where loan.loan_id = $loan_id
