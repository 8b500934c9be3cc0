-- One row per application of a list that a model has not scored silently: what was known of it.
select application_feature.*
from application_feature
left join silent_assessment
    on
        application_feature.application_id = silent_assessment.application_id
        and silent_assessment.model_version = $model_version
where
    silent_assessment.application_id is null
    and application_feature.application_id in (select unnest($application_ids))
order by application_feature.application_id
