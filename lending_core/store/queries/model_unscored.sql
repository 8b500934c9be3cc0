-- One row per application that a model has not scored silently, oldest first.
select application.application_id
from application
left join silent_assessment
    on
        application.application_id = silent_assessment.application_id
        and silent_assessment.model_version = $model_version
where silent_assessment.application_id is null
order by application.application_id
