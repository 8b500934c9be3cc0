-- One row: the simulated borrower behind a loan and since when they pay nothing, or none.
select
    loan.customer_id,
    simulated_stop.stopped_on
from loan
inner join simulated_borrower on loan.customer_id = simulated_borrower.customer_id
left join simulated_stop on loan.customer_id = simulated_stop.customer_id
where loan.loan_id = $loan_id
