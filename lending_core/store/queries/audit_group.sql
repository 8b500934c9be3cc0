-- One row per application: what only a fairness audit may look at, the ID number as it is kept: encrypted.
-- Region codes are grouped by their first digit (GB/T 2260).
select
    application.application_id,
    customer.id_number,
    application_feature.age_years,
    substr(customer.region_code, 1, 1) as region_group
from application
inner join customer on application.customer_id = customer.customer_id
inner join application_feature on application.application_id = application_feature.application_id
