-- One row: a loan, lent by this house or told by a tape.
select
    loan_id,
    product_code
from lent_loan
where loan_id = $loan_id
