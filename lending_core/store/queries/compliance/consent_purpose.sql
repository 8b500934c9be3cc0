-- One row per customer and purpose whose consent to a bureau inquiry is for something else (CR-05).
select distinct
    customer_id as subject_id,
    coalesce(purpose, 'none') as detail
from consent
where source = $source and is_granted and coalesce(purpose, 'none') <> $purpose
order by subject_id, detail
