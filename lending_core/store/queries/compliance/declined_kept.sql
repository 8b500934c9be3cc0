-- One row where data is kept of people who were declined long ago and never borrowed (PI-07).
with last_asked as (
    select
        application.customer_id,
        max(application.applied_on) as asked_on,
        max(case when decision.outcome <> 'decline' then 1 else 0 end) as was_offered
    from application
    inner join decision on application.application_id = decision.application_id
    group by application.customer_id
),
kept as (
    select count(*) as people
    from last_asked
    left join credit_line on last_asked.customer_id = credit_line.customer_id
    where
        last_asked.was_offered = 0
        and credit_line.line_id is null
        and date_add(last_asked.asked_on, interval ($days_max) day) < cast($on as date)
)
select
    1 as subject_id,
    people as measured,
    0 as limit_value,
    cast($days_max as varchar) as detail
from kept
where people > 0
