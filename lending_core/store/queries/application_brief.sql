-- One row per application asked for: when, for what, and with which score it came.
select
    application_id,
    applied_on,
    product_code,
    score
from policy_input
where application_id in (select unnest($application_ids))
