-- One row: the newest case of a customer, with the day on which it ended, or none.
select
    collection_case.case_id,
    collection_case_end.closed_on
from collection_case
left join collection_case_end on collection_case.case_id = collection_case_end.case_id
where collection_case.customer_id = $customer_id
order by collection_case.case_id desc
limit 1
