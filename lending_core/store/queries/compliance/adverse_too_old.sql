-- One row per application in which lateness counted that had ended long before (CR-04).
with ended as (
    select
        application.application_id,
        application.applied_on,
        max(case when loan_month.days_past_due > 0 then loan_month.month_end_on end) as late_on
    from application
    inner join application_feature
        on application.application_id = application_feature.application_id
    inner join loan on application.customer_id = loan.customer_id
    inner join loan_month
        on loan.loan_id = loan_month.loan_id and loan_month.month_end_on < application.applied_on
    where application_feature.own_worst_days_past_due > 0
    group by application.application_id, application.applied_on
)
select
    application_id as subject_id,
    date_diff('month', late_on, applied_on) as measured,
    $years_max * 12 as limit_value
from ended
where date_add(late_on, interval ($years_max) year) < applied_on
order by subject_id
