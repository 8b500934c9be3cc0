-- One row per month in which cases opened: cases, of them ended by now, and ended within so many days; the newest
-- opening tells whether all of them had the days.
select
    last_day(opened_on) as month_end_on,
    count(*) as cases,
    count(closed_on) as ended,
    count(case when date_diff('day', opened_on, closed_on) <= $cure_days_max then 1 end) as cured,
    max(opened_on) as newest_on
from collection_case
left join collection_case_end on collection_case.case_id = collection_case_end.case_id
where opened_on >= $from_on
group by last_day(opened_on)
order by month_end_on
