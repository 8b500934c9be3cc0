-- One row per token of a mini-program, the newest first: all, or the one with a hash.
select
    api_token.token_id,
    api_token.client_code,
    api_token.token_hash,
    api_token.scopes,
    api_token.expires_at,
    api_token.made_by,
    api_token.recorded_at,
    api_token_end.recorded_at as ended_at,
    api_client.key_seed,
    api_client.callback_origin
from api_token
inner join api_client on api_token.client_code = api_client.client_code
left join api_token_end on api_token.token_id = api_token_end.token_id
where cast($token_hash as varchar) is null or api_token.token_hash = $token_hash
order by api_token.token_id desc
