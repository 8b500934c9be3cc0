-- One row per case open on a day between two: the days on which its customer may be contacted, what came in first on
-- them, what is late at the newest close. Nobody works a case on hold (the day included on which it was lifted, be it
-- because the case ended), at an agency, or waiting for a promise.
with paid as (
    select
        customer_id,
        paid_on,
        sum(amount_fen) as paid_fen
    from money_in
    where paid_on between $first_on and $on
    group by customer_id, paid_on
),
promised as (
    select customer_id, max(grace_to_on) as promised_to_on
    from promise
    group by customer_id
),
held as (
    select
        collection_hold.customer_id,
        max(coalesce(least(until_on, lifted_on), lifted_on, until_on, date '9999-12-30')) as held_to_on
    from collection_hold
    left join collection_hold_end on collection_hold.hold_id = collection_hold_end.hold_id
    group by collection_hold.customer_id
),
placed as (
    select
        agency_placement.case_id,
        max(due_back_on) as placed_to_on
    from agency_placement
    left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
    where agency_recall.placement_id is null
    group by agency_placement.case_id
),
owed as (
    select
        loan.customer_id,
        sum(case when loan_position.is_charged_off then loan_position.claim_fen
            else loan_position.overdue_fen + loan_position.penalty_fen + loan_position.fee_fen end)
            as overdue_fen
    from loan_position
    inner join loan on loan_position.loan_id = loan.loan_id
    where loan_position.days_past_due > 0 or loan_position.is_charged_off
    group by loan.customer_id
),
worked as (
    select
        collection_case.case_id,
        collection_case.customer_id,
        collection_case.opened_on,
        greatest(
            cast($first_on as date),
            cast(collection_case.opened_on + interval 1 day as date),
            cast(coalesce(promised_to_on, date '1970-01-01') + interval 1 day as date),
            cast(coalesce(held_to_on, date '1970-01-01') + interval 1 day as date),
            cast(coalesce(placed_to_on, date '1970-01-01') + interval 1 day as date)
        ) as from_on,
        least(coalesce(closed_on, cast($on as date)), cast($on as date)) as to_on
    from collection_case
    left join collection_case_end on collection_case.case_id = collection_case_end.case_id
    left join promised on collection_case.customer_id = promised.customer_id
    left join held on collection_case.customer_id = held.customer_id
    left join placed on collection_case.case_id = placed.case_id
)
select
    worked.case_id,
    worked.customer_id,
    worked.opened_on,
    worked.from_on,
    worked.to_on,
    min(paid.paid_on) as paid_on,
    cast(coalesce(min_by(paid.paid_fen, paid.paid_on), 0) as bigint) as paid_fen,
    cast(coalesce(max(owed.overdue_fen), 0) as bigint) as overdue_fen
from worked
left join paid on worked.customer_id = paid.customer_id and paid.paid_on >= worked.from_on
left join owed on worked.customer_id = owed.customer_id
where worked.from_on <= worked.to_on
group by worked.case_id, worked.customer_id, worked.opened_on, worked.from_on, worked.to_on
order by worked.case_id
