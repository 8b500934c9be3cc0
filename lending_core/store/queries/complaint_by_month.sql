-- One row per month end, and the newest closed day, with open loans: those late then, and complaints of the month.
with late as (
    select
        month_end_on,
        count(case when days_past_due > 0 then 1 end) as late_accounts
    from loan_month
    where standing = 'open' and month_end_on >= $from_on
    group by month_end_on
),
complained as (
    select
        last_day(received_on) as month_on,
        count(*) as complaints
    from complaint
    where received_on >= $from_on
    group by last_day(received_on)
)
select
    late.month_end_on,
    late.late_accounts,
    coalesce(complained.complaints, 0) as complaints
from late
left join complained on last_day(late.month_end_on) = complained.month_on
order by late.month_end_on
