-- One row per version of a lender's terms, or of all lenders, the newest first, with what a second person said.
select
    funder_version.*,
    coalesce(funder_version_step.step, 'proposed') as step,
    funder_version_step.reason as step_reason,
    funder_version_step.stepped_on,
    funder_version_step.stepped_by
from funder_version
left join funder_version_step on funder_version.version_id = funder_version_step.version_id
where ($funder_code is null or funder_version.funder_code = $funder_code)
order by funder_version.version_id desc
