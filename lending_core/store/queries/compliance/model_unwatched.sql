-- One row per model that decides and was not watched lately (IL-16).
with newest as (
    select
        model_version,
        max_by(status, position) as status
    from model_status
    where effective_on <= $on
    group by model_version
),
watched as (
    select max(business_on) as watched_on
    from warning_run
)
select
    newest.model_version as subject_id,
    date_diff('day', watched.watched_on, cast($on as date)) as measured,
    $days_max as limit_value
from newest
cross join watched
where
    newest.status = 'champion'
    and (
        watched.watched_on is null
        or date_diff('day', watched.watched_on, cast($on as date)) > $days_max
    )
order by subject_id
