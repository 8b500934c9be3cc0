-- One row per version of an agreement of two lenders, the newest first, with what a second person said.
select
    agreement_version.*,
    coalesce(agreement_version_step.step, 'proposed') as step,
    agreement_version_step.reason as step_reason,
    agreement_version_step.stepped_on,
    agreement_version_step.stepped_by
from agreement_version
left join agreement_version_step on agreement_version.version_id = agreement_version_step.version_id
order by agreement_version.version_id desc
