-- One row per model whose author took a step that needs another person (IL-14).
select distinct
    model_version.model_version as subject_id,
    model_version.author as detail
from model_version
inner join model_status on model_version.model_version = model_status.model_version
where
    model_status.changed_by = model_version.author
    and model_status.status in ('validated', 'champion', 'challenger')
    and model_status.reason not in ('from_before', 'entry_scorecard')
order by subject_id
