-- One row per model version, newest first, with where it stands by its newest step.
select
    model_version.model_version,
    model_version.kind as model_kind,
    model_version.note,
    model_version.author,
    model_version.effective_on,
    model_version.recorded_at,
    model_version.document,
    model_version.model_card,
    model_status.status as model_status,
    model_status.effective_on as status_on,
    model_status.changed_by
from model_version
inner join model_status on model_version.model_version = model_status.model_version
where model_status.position in (
    select max(newest.position)
    from model_status as newest
    group by newest.model_version
)
order by model_version.model_version desc
