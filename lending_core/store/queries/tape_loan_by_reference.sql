-- One row: the number of the loan that a tape calls by this reference, or none.
select loan_id
from tape_loan
where reference = $reference
order by loan_id
limit 1
