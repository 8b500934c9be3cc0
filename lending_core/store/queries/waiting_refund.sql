-- One row per loan whose borrower paid more than was owed and has not had it back.
select
    loan_position.loan_id,
    loan.customer_id,
    loan.product_code,
    loan_position.excess_fen,
    loan_position.payoff_fen,
    loan_position.closed_on
from loan_position
inner join loan on loan_position.loan_id = loan.loan_id
where loan_position.excess_fen > 0
