-- One row per loan that was in default for the first time after one month end and up to another.
select distinct loan_id
from loan_month
where entered_default and month_end_on > $since_on and month_end_on <= $month_end_on
