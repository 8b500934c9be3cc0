-- One row: a case that ended, with the agency that had it then, or none.
select
    collection_case.case_id,
    collection_case.customer_id,
    collection_case.opened_on,
    collection_case_end.closed_on,
    case when agency_recall.reason = 'case_ended' then agency_placement.agency_code end as agency_code
from collection_case
inner join collection_case_end on collection_case.case_id = collection_case_end.case_id
left join agency_placement on collection_case.case_id = agency_placement.case_id
left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
where collection_case.case_id = $case_id
order by agency_placement.placement_id desc nulls last
limit 1
