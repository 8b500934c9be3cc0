-- One row per case and kind of hold during which somebody was contacted (CO-11).
select distinct
    contact_attempt.case_id as subject_id,
    collection_hold.kind as detail
from contact_attempt
inner join collection_hold
    on contact_attempt.customer_id = collection_hold.customer_id
    and contact_attempt.recorded_at > collection_hold.recorded_at
    and contact_attempt.business_on > collection_hold.from_on
    and contact_attempt.business_on <= coalesce(collection_hold.until_on, date '9999-12-31')
left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
where
    collection_hold_end.lifted_on is null
    or contact_attempt.business_on < collection_hold_end.lifted_on
order by subject_id, detail
