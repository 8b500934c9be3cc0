-- One row per application of these customers whose review has words.
select review.application_id
from review
inner join application on review.application_id = application.application_id
where list_contains($customer_ids, application.customer_id) and review.words is not null
order by review.application_id
