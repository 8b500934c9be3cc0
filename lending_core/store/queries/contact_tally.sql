-- One row per open case: what the rules of conduct count of its customer on a day, the hold in force and the agency.
-- failed_in_row: attempts to reach the borrower since the last that did; what is merely sent counts for neither.
with mine as (
    select
        case_id,
        customer_id
    from open_case
    where $case_id is null or case_id = $case_id
),
counted as (
    select
        contact_attempt.customer_id,
        count(case when channel = 'call' and local_on = $local_on and number_key = $number_key
            and not is_connected then 1 end) as unanswered_today,
        count(case when channel = 'call' and local_on = $local_on and is_connected then 1 end)
            as connected_today,
        count(case when channel = 'message' and local_on = $local_on then 1 end) as messages_today,
        count(case when channel = 'visit' and local_on = $local_on then 1 end) as visits_today,
        max(case when party = 'borrower' and is_connected
            and not list_contains($failed_outcomes, outcome) then contact_id end) as reached_id,
        max(case when party = 'borrower' and list_contains($invalid_outcomes, outcome)
            then contact_id end) as invalid_id
    from contact_attempt
    inner join mine on contact_attempt.customer_id = mine.customer_id
    group by contact_attempt.customer_id
),
failed as (
    select
        contact_attempt.customer_id,
        count(*) as failed_in_row
    from contact_attempt
    inner join counted on contact_attempt.customer_id = counted.customer_id
    where
        party = 'borrower'
        and list_contains($failed_outcomes, outcome)
        and contact_id > coalesce(reached_id, 0)
    group by contact_attempt.customer_id
),
held as (
    select
        collection_hold.customer_id,
        max(case when until_on is null then date '9999-12-31' else until_on end) as held_to_on,
        max_by(kind, case when until_on is null then date '9999-12-31' else until_on end) as hold_kind
    from collection_hold
    left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
    where
        collection_hold_end.hold_id is null
        and from_on <= $open_on
        and (until_on is null or until_on >= $open_on)
    group by collection_hold.customer_id
),
placed as (
    select
        agency_placement.case_id,
        max(agency_code) as agency_code,
        max(due_back_on) as due_back_on
    from agency_placement
    left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
    where agency_recall.placement_id is null and due_back_on >= $open_on
    group by agency_placement.case_id
)
select
    mine.case_id,
    mine.customer_id,
    coalesce(unanswered_today, 0) as unanswered_today,
    coalesce(connected_today, 0) as connected_today,
    coalesce(messages_today, 0) as messages_today,
    coalesce(visits_today, 0) as visits_today,
    coalesce(failed_in_row, 0) as failed_in_row,
    coalesce(invalid_id > coalesce(reached_id, 0), false) as is_number_invalid,
    hold_kind,
    nullif(held_to_on, date '9999-12-31') as held_to_on,
    agency_code,
    due_back_on
from mine
left join counted on mine.customer_id = counted.customer_id
left join failed on mine.customer_id = failed.customer_id
left join held on mine.customer_id = held.customer_id
left join placed on mine.case_id = placed.case_id
order by mine.case_id
