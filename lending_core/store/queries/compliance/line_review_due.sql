-- One row per business line in use that nobody looked at for too long (IL-04).
-- Looked at: its limit was set anew, or a review of all lines was run.
with looked as (
    select
        line_id,
        changed_on as looked_on
    from limit_change
    union all
    select
        credit_line.line_id,
        line_review_batch.as_of_on as looked_on
    from line_review_batch
    inner join credit_line on line_review_batch.as_of_on >= credit_line.opened_on
),
newest as (
    select
        line_id,
        max(looked_on) as looked_on
    from looked
    group by line_id
),
in_use as (
    select distinct loan.line_id
    from loan
    inner join loan_position on loan.loan_id = loan_position.loan_id
    where loan_position.is_open
)
select
    credit_line.customer_id as subject_id,
    date_diff('month', newest.looked_on, cast($on as date)) as measured,
    $review_months as limit_value
from credit_line
inner join customer on credit_line.customer_id = customer.customer_id
inner join newest on credit_line.line_id = newest.line_id
inner join in_use on credit_line.line_id = in_use.line_id
where
    customer.kind = 'small_business'
    and date_add(newest.looked_on, interval ($review_months) month) < cast($on as date)
order by subject_id
