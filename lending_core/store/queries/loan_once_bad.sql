-- One row per loan open at a month end that was bad before and is no longer: month ends in a row on time since.
with candidate as (
    select loan_id
    from loan_month
    where
        month_end_on = $month_end_on
        and standing = 'open'
        and worst_days_past_due >= $bad_days_past_due
        and days_past_due < $bad_days_past_due
),
past as (
    select
        loan_month.loan_id,
        max(case when loan_month.days_past_due > 0 then loan_month.month_end_on end) as late_on
    from loan_month
    inner join candidate on loan_month.loan_id = candidate.loan_id
    where loan_month.month_end_on <= $month_end_on
    group by loan_month.loan_id
)
select
    loan_id,
    cast(date_diff('month', late_on, cast($month_end_on as date)) as integer) as months_on_time
from past
