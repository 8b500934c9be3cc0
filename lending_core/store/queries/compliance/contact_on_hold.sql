-- One row per case and kind of hold during which somebody was contacted (CO-11).
-- Within a day the times tell what came first. What was reported later happened when it says; where the book's days are
-- not those of the machine, what was recorded first came first.
with timed as (
    select
        case_id,
        customer_id,
        business_on,
        least(attempted_at, recorded_at) as happened_at
    from contact_attempt
)
select distinct
    timed.case_id as subject_id,
    collection_hold.kind as detail
from timed
inner join collection_hold
    on timed.customer_id = collection_hold.customer_id
    and timed.business_on <= coalesce(collection_hold.until_on, date '9999-12-31')
left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
where
    (
        timed.business_on > collection_hold.from_on
        or (
            timed.business_on = collection_hold.from_on
            and timed.happened_at > collection_hold.recorded_at
        )
    )
    and (
        collection_hold_end.lifted_on is null
        or timed.business_on < collection_hold_end.lifted_on
        or (
            timed.business_on = collection_hold_end.lifted_on
            and timed.happened_at < collection_hold_end.recorded_at
        )
    )
order by subject_id, detail
