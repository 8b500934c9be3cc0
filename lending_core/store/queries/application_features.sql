-- One row: what was known of the applicant on the day, with the assessment, or none.
select
    application_feature.*,
    assessment.model_version,
    assessment.score,
    assessment.default_probability,
    assessment.points
from application_feature
inner join assessment on application_feature.application_id = assessment.application_id
where application_feature.application_id = $application_id
