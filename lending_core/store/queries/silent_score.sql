-- One row per model that scored an application silently, newest first, with what it said.
select
    silent_assessment.model_version,
    silent_assessment.score,
    silent_assessment.default_probability,
    model_version.kind as model_kind,
    model_version.document
from silent_assessment
inner join model_version on silent_assessment.model_version = model_version.model_version
where silent_assessment.application_id = $application_id
order by silent_assessment.model_version desc
