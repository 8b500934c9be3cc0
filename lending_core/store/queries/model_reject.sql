-- One row per application declined by a day: what was known of the applicant.
select
    application_feature.*,
    application_state.applied_on
from application_state
inner join application_feature
    on application_state.application_id = application_feature.application_id
where
    application_state.outcome = 'decline'
    and application_state.applied_on <= $applied_until
order by application_state.application_id
