-- One row per model version that scored anybody: applications it decided, and those it scored
-- silently.
with decided as (
    select
        assessment.model_version,
        count(*) as applications,
        min(application.applied_on) as first_on,
        max(application.applied_on) as last_on
    from assessment
    inner join application on assessment.application_id = application.application_id
    group by assessment.model_version
),
silent as (
    select
        model_version,
        count(*) as silent_applications
    from silent_assessment
    group by model_version
)
select
    model_version.model_version,
    coalesce(decided.applications, 0) as applications,
    decided.first_on,
    decided.last_on,
    coalesce(silent.silent_applications, 0) as silent_applications
from model_version
left join decided on model_version.model_version = decided.model_version
left join silent on model_version.model_version = silent.model_version
where decided.model_version is not null or silent.model_version is not null
