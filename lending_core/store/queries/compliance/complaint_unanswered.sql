-- One row per complaint that nobody answered in time (CR-06).
-- Answered: the borrower was reached, or a person lifted a hold, on a day from the complaint on.
with answered as (
    select
        customer_id,
        business_on as answered_on
    from contact_attempt
    where is_connected and party = 'borrower'
    union all
    select
        collection_hold.customer_id,
        collection_hold_end.lifted_on as answered_on
    from collection_hold_end
    inner join collection_hold on collection_hold_end.hold_id = collection_hold.hold_id
),
first_answer as (
    select
        complaint.complaint_id,
        complaint.customer_id,
        complaint.received_on,
        min(answered.answered_on) as answered_on
    from complaint
    left join answered
        on complaint.customer_id = answered.customer_id
        and answered.answered_on >= complaint.received_on
    group by complaint.complaint_id, complaint.customer_id, complaint.received_on
)
select
    customer_id as subject_id,
    date_diff('day', received_on, coalesce(answered_on, cast($on as date))) as measured,
    $days_max as limit_value
from first_answer
where date_diff('day', received_on, coalesce(answered_on, cast($on as date))) > $days_max
order by subject_id
