-- One row per application of these customers whose review confirmation has words.
select review_confirmation.application_id
from review_confirmation
inner join application on review_confirmation.application_id = application.application_id
where list_contains($customer_ids, application.customer_id) and review_confirmation.words is not null
order by review_confirmation.application_id
