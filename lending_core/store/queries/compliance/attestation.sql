-- One row per statement of a person that a rule is kept, newest first.
select
    attestation_id,
    rule_id,
    statement,
    attested_on,
    due_on,
    attested_by,
    recorded_at
from compliance_attestation
where $rule_id is null or rule_id = $rule_id
order by attestation_id desc
