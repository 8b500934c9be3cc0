-- One row per hold that its case did not outlast: placed by the day on which the case ended, standing after it, and
-- lifted by nobody.
select
    collection_hold.hold_id,
    collection_case_end.closed_on as lifted_on
from collection_hold
inner join collection_case_end on collection_hold.case_id = collection_case_end.case_id
left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
where
    collection_hold_end.hold_id is null
    and collection_hold.from_on <= collection_case_end.closed_on
    and (collection_hold.until_on is null or collection_hold.until_on > collection_case_end.closed_on)
order by collection_hold.hold_id
