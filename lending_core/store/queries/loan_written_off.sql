-- One row per loan written off in the months after one month end and up to another.
select distinct loan_id
from loan_month
where standing = 'written_off' and month_end_on > $since_on and month_end_on <= $month_end_on
