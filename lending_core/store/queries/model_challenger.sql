-- One row per model that scores silently beside the champion.
select
    model_version.model_version,
    model_version.kind as model_kind,
    model_version.document
from model_version
inner join model_status on model_version.model_version = model_status.model_version
where
    model_status.status = 'challenger'
    and model_status.position in (
        select max(newest.position)
        from model_status as newest
        group by newest.model_version
    )
order by model_version.model_version
