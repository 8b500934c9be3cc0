-- One row per model put to use before somebody else reviewed it (IL-15).
with used as (
    select
        model_version,
        min(position) as position
    from model_status
    where
        status in ('champion', 'challenger')
        and reason <> 'from_before'
    group by model_version
)
select used.model_version as subject_id
from used
left join model_status as reviewed
    on used.model_version = reviewed.model_version
    and reviewed.status = 'validated'
    and reviewed.position < used.position
group by used.model_version
having count(reviewed.position) = 0
order by subject_id
