-- One row: the scorecard that decides, the champion appointed last.
select
    model_version.model_version,
    model_version.document
from model_status
inner join model_version on model_status.model_version = model_version.model_version
where model_status.status = 'champion'
order by model_status.position desc
limit 1
