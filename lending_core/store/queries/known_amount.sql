-- One row where any month end of a loan tells its principal, none where a tape knows numbers of loans only.
select loan_id
from loan_month
where principal_fen is not null
limit 1
