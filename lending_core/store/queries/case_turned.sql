-- One row per customer whose case the close of days opens or ends: the case (null: a new one), from when, until when.
-- Late is who has a loan past due, or one written off with a claim left. A customer late twice within the days of
-- one close has one case. Cases opened later than the days are those of a history that is derived anew.
with late as (
    select distinct loan.customer_id
    from loan_position
    inner join loan on loan_position.loan_id = loan.loan_id
    where
        loan_position.days_past_due > 0
        or (loan_position.is_charged_off and loan_position.claim_fen > 0)
),
moved as (
    select
        loan.customer_id,
        min(case when from_bucket = 'C' then moved_on end) as entered_on,
        max(case when to_bucket = 'C' then moved_on end) as left_on
    from bucket_move
    inner join loan on bucket_move.loan_id = loan.loan_id
    where moved_on between $first_on and $on
    group by loan.customer_id
),
touched as (
    select customer_id from late
    union
    select customer_id from moved
    union
    select customer_id from open_case
)
select
    touched.customer_id,
    open_case.case_id,
    coalesce(open_case.opened_on, moved.entered_on, cast($on as date)) as opened_on,
    case when late.customer_id is null then coalesce(moved.left_on, cast($on as date)) end
        as closed_on
from touched
left join late on touched.customer_id = late.customer_id
left join moved on touched.customer_id = moved.customer_id
left join open_case on touched.customer_id = open_case.customer_id
where
    (
        (open_case.case_id is null and (late.customer_id is not null or moved.entered_on is not null))
        or (open_case.case_id is not null and late.customer_id is null)
    )
    and not exists (select 1 from collection_case where opened_on >= $first_on)
order by opened_on, touched.customer_id
