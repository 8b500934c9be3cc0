-- One row where any month end of a loan tells its principal, none where a tape knows numbers of loans only.
select 1 as known
from loan_month
where principal_fen is not null
limit 1
