-- One row per month end at which loans were open, oldest first.
select
    month_end_on,
    count(*) as loans
from loan_month
where standing = 'open' and month_end_on = last_day(month_end_on)
group by month_end_on
order by month_end_on
