-- One row per application of these customers with traces of what it came with.
select application_trace.application_id
from application_trace
inner join application on application_trace.application_id = application.application_id
where list_contains($customer_ids, application.customer_id)
order by application_trace.application_id
