-- One row per credit line of a customer to whose loans something happened since the newest close.
with newest as (
    select coalesce(max(last_event_id), 0) as last_event_id
    from closed_day
),
touched as (
    select distinct loan.customer_id
    from loan_event
    inner join loan on loan_event.loan_id = loan.loan_id
    cross join newest
    where loan_event.loan_event_id > newest.last_event_id
)
select credit_line.line_id
from credit_line
inner join touched on credit_line.customer_id = touched.customer_id
order by credit_line.line_id
