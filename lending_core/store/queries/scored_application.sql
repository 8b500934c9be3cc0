-- One row per application, of one scorecard or of all: score and decision.
select
    application_id,
    applied_on,
    product_code,
    model_version,
    score,
    default_probability,
    outcome
from application_state
where $model_version is null or model_version = $model_version
