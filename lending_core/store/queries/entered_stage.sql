-- One row per stage in which loans stand that crossed a number of days past due since the last month end.
select
    later.bucket,
    count(*) as loans,
    cast(sum(later.principal_fen) as bigint) as principal_fen
from loan_month as later
left join loan_month as earlier
    on later.loan_id = earlier.loan_id and earlier.month_end_on = $previous_month_end_on
where
    later.month_end_on = $month_end_on
    and later.principal_fen > 0
    and later.days_past_due >= $entry_days_past_due
    and coalesce(earlier.days_past_due, 0) < $entry_days_past_due
group by later.bucket
order by later.bucket
