-- One row per application: what only a fairness audit may look at. The number itself stays in the store.
-- The 17th digit of an ID number is odd for men; region codes are grouped by their first digit (GB/T 2260).
select
    application.application_id,
    case
        when try_cast(substr(customer.id_number, 17, 1) as integer) % 2 = 1 then 'male'
        when try_cast(substr(customer.id_number, 17, 1) as integer) % 2 = 0 then 'female'
    end as sex,
    application_feature.age_years,
    substr(customer.region_code, 1, 1) as region_group
from application
inner join customer on application.customer_id = customer.customer_id
inner join application_feature on application.application_id = application_feature.application_id
