-- One row: what the rules of conduct count of a customer before an attempt at an instant, on a day of the borrower; the
-- hold in force that day, and the agency that had the case.
with before as (
    select *
    from contact_attempt
    where customer_id = $customer_id and attempted_at < $attempted_at
),
counted as (
    select
        count(case when channel = 'call' and local_on = $local_on and number_key = $number_key
            and not is_connected then 1 end) as unanswered_today,
        count(case when channel = 'call' and local_on = $local_on and is_connected then 1 end)
            as connected_today,
        count(case when channel = 'message' and local_on = $local_on then 1 end) as messages_today,
        count(case when channel = 'visit' and local_on = $local_on then 1 end) as visits_today,
        max(case when party = 'borrower' and is_connected
            and not list_contains($failed_outcomes, outcome) then attempted_at end) as reached_at,
        max(case when party = 'borrower' and list_contains($invalid_outcomes, outcome)
            then attempted_at end) as invalid_at
    from before
),
failed as (
    select count(*) as failed_in_row
    from before
    cross join counted
    where
        party = 'borrower'
        and list_contains($failed_outcomes, outcome)
        and (reached_at is null or attempted_at > reached_at)
),
held as (
    select max(kind) as hold_kind
    from collection_hold
    left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
    where
        customer_id = $customer_id
        and from_on <= $local_on
        and (until_on is null or until_on >= $local_on)
        and (lifted_on is null or lifted_on > $local_on)
),
placed as (
    select max_by(agency_code, agency_placement.placement_id) as placed_with
    from agency_placement
    left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
    where
        case_id = $case_id
        and placed_on <= $local_on
        and due_back_on >= $local_on
        and (recalled_on is null or recalled_on >= $local_on)
)
select
    counted.unanswered_today,
    counted.connected_today,
    counted.messages_today,
    counted.visits_today,
    failed.failed_in_row,
    coalesce(invalid_at > coalesce(reached_at, timestamp '1970-01-01'), false) as is_number_invalid,
    held.hold_kind,
    placed.placed_with
from counted
cross join failed
cross join held
cross join placed
