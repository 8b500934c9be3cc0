-- One row per mini-program: all, or the one asked for.
select
    api_client.client_id,
    api_client.client_code,
    api_client.key_seed,
    api_client.callback_origin,
    api_client.opened_by,
    api_client.recorded_at,
    count(api_application.application_id) as applications
from api_client
left join api_application on api_client.client_code = api_application.client_code
where $client_code is null or api_client.client_code = $client_code
group by
    api_client.client_id,
    api_client.client_code,
    api_client.key_seed,
    api_client.callback_origin,
    api_client.opened_by,
    api_client.recorded_at
order by api_client.client_code
