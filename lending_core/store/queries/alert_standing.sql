-- One row per alert with its newest step; those that are cleared only where $with_cleared is true.
with newest as (
    select
        alert_step.*,
        row_number() over (partition by alert_id order by position desc) as recency
    from alert_step
)
select
    alert.alert_id,
    alert.rule,
    alert.measure,
    alert.segment_kind,
    alert.segment,
    alert.raised_on,
    newest.status,
    newest.severity,
    newest.strength,
    newest.settled_strength,
    newest.settled_severity,
    newest.facts,
    newest.owner,
    newest.until_on,
    newest.business_on as changed_on
from alert
inner join newest on alert.alert_id = newest.alert_id
where
    newest.recency = 1
    and (coalesce($with_cleared, false) or newest.status <> 'cleared')
    and ($alert_id is null or alert.alert_id = $alert_id)
order by alert.alert_id
