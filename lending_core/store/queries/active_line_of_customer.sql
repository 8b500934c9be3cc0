-- One row per line of these customers that is not frozen.
with newest as (
    select line_id, max_by(status, line_change_id) as status
    from line_change
    group by line_id
)
select credit_line.line_id
from credit_line
left join newest on credit_line.line_id = newest.line_id
where list_contains($customer_ids, credit_line.customer_id) and coalesce(newest.status, 'active') = 'active'
order by credit_line.line_id
