-- One row per loan for a purpose that its product does not name (IL-07).
select
    loan_id as subject_id,
    scenario as detail
from loan
where
    disbursed_on >= $effective_on
    and not list_contains($allowed, product_code || ':' || scenario)
order by subject_id
