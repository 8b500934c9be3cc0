-- One row per rule of a run, or per run of a rule: how it stood.
select
    compliance_result.run_id,
    compliance_run.business_on,
    compliance_result.rule_id,
    compliance_result.status,
    compliance_result.looked_at,
    compliance_result.findings,
    compliance_run.run_by,
    compliance_run.recorded_at
from compliance_result
inner join compliance_run on compliance_result.run_id = compliance_run.run_id
where
    ($run_id is null or compliance_result.run_id = $run_id)
    and ($rule_id is null or compliance_result.rule_id = $rule_id)
order by compliance_result.run_id desc, compliance_result.rule_id
