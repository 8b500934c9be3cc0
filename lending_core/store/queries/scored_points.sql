-- One row per application that a scorecard scored: its day, and the points of each feature of the card.
select
    application.applied_on,
    assessment.points
from assessment
inner join application on assessment.application_id = application.application_id
where assessment.model_version = $model_version
