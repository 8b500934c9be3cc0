-- One row per answer to findings, oldest first.
select
    answer_id,
    rule_id,
    subject_kind,
    subject_id,
    step,
    reason,
    from_on,
    until_on,
    answered_by,
    recorded_at
from compliance_answer
where $rule_id is null or rule_id = $rule_id
order by answer_id
