-- One row: a case that ended, or none.
select
    collection_case.case_id,
    collection_case.customer_id,
    collection_case.opened_on,
    collection_case_end.closed_on
from collection_case
inner join collection_case_end on collection_case.case_id = collection_case_end.case_id
where collection_case.case_id = $case_id
