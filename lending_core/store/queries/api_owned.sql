-- One row per application that came through a mini-program: the one asked for, or those of a customer.
select api_application.application_id
from api_application
inner join application on api_application.application_id = application.application_id
where
    api_application.client_code = $client_code
    and ($application_id is null or api_application.application_id = $application_id)
    and ($customer_id is null or application.customer_id = $customer_id)
