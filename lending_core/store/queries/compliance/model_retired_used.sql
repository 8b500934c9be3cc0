-- One row per model that decided applications after it was retired (IL-17).
with newest as (
    select
        model_version,
        max_by(status, position) as status,
        max_by(effective_on, position) as effective_on
    from model_status
    group by model_version
)
select
    newest.model_version as subject_id,
    count(*) as measured
from newest
inner join assessment on newest.model_version = assessment.model_version
inner join application on assessment.application_id = application.application_id
where newest.status = 'retired' and application.applied_on > newest.effective_on
group by newest.model_version
order by subject_id
