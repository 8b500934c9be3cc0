-- One row per step of an alert, newest first.
select
    alert_step.position,
    alert_step.kind,
    alert_step.status,
    alert_step.severity,
    alert_step.facts,
    alert_step.owner,
    alert_step.until_on,
    alert_step.reason,
    alert_step.changed_by,
    alert_step.business_on,
    alert_step.recorded_at
from alert_step
where alert_step.alert_id = $alert_id
order by alert_step.position desc
