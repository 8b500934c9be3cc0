-- One row per loan written off with a claim left at the close of a day, and whether its borrower was told to stop.
select
    loan_position.loan_id,
    loan_position.claim_fen,
    cast($closed_on as date) as closed_on,
    simulated_stop.customer_id is not null as has_stopped
from loan_position
inner join loan on loan_position.loan_id = loan.loan_id
left join simulated_stop on loan.customer_id = simulated_stop.customer_id
where loan_position.claim_fen > 0
order by loan_position.loan_id
