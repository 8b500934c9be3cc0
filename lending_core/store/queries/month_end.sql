-- One row per month end, or newest closed day, at which a loan stood on the book, the oldest first.
select distinct month_end_on
from loan_month
order by month_end_on
