-- No row: the columns and types of an applicant as the decision takes them.
select
    application_feature.*,
    customer.kind,
    customer.region_code,
    application.* exclude (application_id, recorded_at)
from application_feature
inner join application on application_feature.application_id = application.application_id
inner join customer on application.customer_id = customer.customer_id
where false
