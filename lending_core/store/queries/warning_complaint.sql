-- One row per month (or newest closed day): complaints received, and late accounts at its end (CO-12).
with received as (
    select
        least(last_day(received_on), cast($business_on as date)) as measured_on,
        count(*) as cases
    from complaint
    where received_on >= $from_on and received_on <= $business_on
    group by least(last_day(received_on), cast($business_on as date))
)
select
    loan_month.month_end_on as measured_on,
    'all' as segment_kind,
    'all' as segment,
    count(*) as units,
    max(coalesce(received.cases, 0)) as cases
from loan_month
left join received on loan_month.month_end_on = received.measured_on
where
    loan_month.month_end_on >= $from_on
    and loan_month.standing = 'open'
    and loan_month.days_past_due > 0
group by loan_month.month_end_on
