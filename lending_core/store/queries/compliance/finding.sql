-- One row per finding of a run, of one rule where one is asked for.
select
    finding_id,
    run_id,
    rule_id,
    check_name,
    subject_kind,
    subject_id,
    measured,
    limit_value,
    detail
from compliance_finding
where run_id = $run_id and ($rule_id is null or rule_id = $rule_id)
order by finding_id
