-- One row: the loan that a wait ended with, or none.
select loan_id
from funding_wait_end
where wait_id = $wait_id
