-- One row per address and event of its mini-program's borrowers that no message was written for yet,
-- of some kinds, after one event and up to another.
with happened as (
    select
        event.event_id,
        event.action,
        event.recorded_at,
        case when event.subject_kind = 'loan' then event.subject_id end as loan_id,
        coalesce(loan.application_id, event.subject_id) as application_id
    from event
    left join loan on event.subject_kind = 'loan' and event.subject_id = loan.loan_id
    where
        event.event_id > $after_event_id
        and event.event_id <= $head
        and event.subject_kind in ('application', 'loan')
        and event.action in (select unnest($actions))
)
select
    api_webhook.webhook_id,
    api_webhook.kinds,
    happened.event_id,
    happened.action,
    happened.recorded_at,
    happened.application_id,
    happened.loan_id
from happened
inner join api_application on happened.application_id = api_application.application_id
inner join api_webhook on api_application.client_code = api_webhook.client_code
left join api_webhook_end on api_webhook.webhook_id = api_webhook_end.webhook_id
left join api_delivery
    on api_webhook.webhook_id = api_delivery.webhook_id
    and happened.event_id = api_delivery.event_id
where
    happened.event_id > api_webhook.after_event_id
    and api_webhook_end.webhook_id is null
    and api_delivery.delivery_id is null
order by happened.event_id, api_webhook.webhook_id
