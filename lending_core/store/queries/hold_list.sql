-- One row per hold of a customer, or one hold: newest first, with whoever lifted it.
select
    collection_hold.hold_id,
    collection_hold.case_id,
    collection_hold.customer_id,
    collection_hold.kind,
    collection_hold.from_on,
    collection_hold.until_on,
    collection_hold.note,
    collection_hold.placed_by,
    collection_hold_end.lifted_on,
    collection_hold_end.lifted_by
from collection_hold
left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
where
    ($hold_id is null or collection_hold.hold_id = $hold_id)
    and ($customer_id is null or collection_hold.customer_id = $customer_id)
order by collection_hold.hold_id desc
