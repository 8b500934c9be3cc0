-- One row per month of application (or newest closed day) and segment: applications decided, and those approved.
select
    least(last_day(applied_on), cast($business_on as date)) as measured_on,
    case
        when grouping(product_code) = 0 then 'product_code'
        when grouping(region_code) = 0 then 'region_code'
        when grouping(scenario) = 0 then 'scenario'
        when grouping(channel) = 0 then 'channel'
        else 'all'
    end as segment_kind,
    case
        when grouping(product_code) = 0 then product_code
        when grouping(region_code) = 0 then region_code
        when grouping(scenario) = 0 then scenario
        when grouping(channel) = 0 then channel
        else 'all'
    end as segment,
    count(case when outcome <> 'review' then 1 end) as units,
    count(case when outcome = 'approve' then 1 end) as cases
from application_state
where applied_on >= $from_on and applied_on <= $business_on
group by grouping sets (
    (least(last_day(applied_on), cast($business_on as date))),
    (least(last_day(applied_on), cast($business_on as date)), product_code),
    (least(last_day(applied_on), cast($business_on as date)), region_code),
    (least(last_day(applied_on), cast($business_on as date)), scenario),
    (least(last_day(applied_on), cast($business_on as date)), channel)
)
