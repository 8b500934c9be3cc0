-- One row per application that became a loan by a day: what was known of it, and the score it had.
select
    application_feature.*,
    application.applied_on,
    assessment.score
from loan
inner join application_feature on loan.application_id = application_feature.application_id
inner join application on loan.application_id = application.application_id
inner join assessment on loan.application_id = assessment.application_id
where loan.disbursed_on <= $disbursed_until
order by application.application_id
