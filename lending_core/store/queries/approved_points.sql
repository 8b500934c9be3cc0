-- One row per place in a scorecard: mean points of the applications that it scored and that were approved.
with approved as (
    select assessment.points
    from assessment
    inner join decision on assessment.application_id = decision.application_id
    left join reviewed_outcome on assessment.application_id = reviewed_outcome.application_id
    where
        assessment.model_version = $model_version
        and coalesce(reviewed_outcome.outcome, decision.outcome) = 'approve'
),
placed as (
    select
        unnest(points) as points,
        unnest(range(1, array_length(points) + 1)) as place
    from approved
)
select
    place,
    cast(avg(points) as double) as average_points,
    count(*) as applications
from placed
group by place
order by place
