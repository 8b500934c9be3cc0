-- One row per customer and text agreed to that is not kept (PI-01).
select distinct
    customer_id as subject_id,
    source || ' ' || text_version as detail
from consent
where is_granted and not list_contains($texts_known, source || ':' || text_version)
order by subject_id, detail
