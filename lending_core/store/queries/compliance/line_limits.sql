-- One row per person whose lines with the house together are above the cap (IL-01).
with newest as (
    select
        line_id,
        max_by(limit_fen, limit_change_id) as limit_fen
    from limit_change
    group by line_id
)
select
    credit_line.customer_id as subject_id,
    sum(newest.limit_fen) as measured,
    cast($cap_yuan as bigint) * 100 as limit_value
from credit_line
inner join newest on credit_line.line_id = newest.line_id
inner join customer on credit_line.customer_id = customer.customer_id
where customer.kind = 'person'
group by credit_line.customer_id
having sum(newest.limit_fen) > cast($cap_yuan as bigint) * 100
order by subject_id
