-- One row per case that an agency has on a day.
select
    agency_placement.placement_id,
    agency_placement.case_id,
    agency_placement.agency_code,
    agency_placement.placed_on,
    agency_placement.due_back_on
from agency_placement
left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
where agency_recall.placement_id is null and agency_placement.due_back_on >= $on
order by agency_placement.placement_id
