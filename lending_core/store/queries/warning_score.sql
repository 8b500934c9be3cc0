-- One row per month of application (or newest closed day), segment and score of the model that decided last:
-- applications, and whether their month is one of the first of that model.
with newest as (
    select assessment.model_version
    from assessment
    inner join application on assessment.application_id = application.application_id
    where application.applied_on <= $business_on
    order by application.applied_on desc, assessment.model_version desc
    limit 1
),
decided as (
    select
        application.applied_on,
        application.product_code,
        application.channel,
        assessment.score,
        min(application.applied_on) over () as first_on
    from assessment
    inner join newest on assessment.model_version = newest.model_version
    inner join application on assessment.application_id = application.application_id
    where application.applied_on <= $business_on
),
dated as (
    select
        *,
        least(last_day(applied_on), cast($business_on as date)) as measured_on,
        last_day(applied_on) <= last_day(date_add(first_on, interval ($reference_months - 1) month))
            as is_reference
    from decided
)
select
    measured_on,
    case
        when grouping(product_code) = 0 then 'product_code'
        when grouping(channel) = 0 then 'channel'
        else 'all'
    end as segment_kind,
    case
        when grouping(product_code) = 0 then product_code
        when grouping(channel) = 0 then channel
        else 'all'
    end as segment,
    score,
    is_reference,
    count(*) as applications
from dated
where is_reference or measured_on >= $from_on
group by grouping sets (
    (measured_on, score, is_reference),
    (measured_on, score, is_reference, product_code),
    (measured_on, score, is_reference, channel)
)
