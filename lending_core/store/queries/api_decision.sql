-- One row: how an application was decided at once, or none.
select
    application.application_id,
    application.applied_on,
    decision.outcome
from application
inner join decision on application.application_id = decision.application_id
where application.application_id = $application_id
