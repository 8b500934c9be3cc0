-- One row per lender that was ever proposed, by code: its name in the terms in force, else in those approved or
-- proposed last.
with ranked as (
    select
        funder_version.funder_code,
        funder_version.name_en,
        funder_version.name_zh,
        row_number() over (
            partition by funder_version.funder_code
            order by
                case
                    when funder.version_id is not null then 0
                    when funder_version_step.step = 'approved' then 1
                    when funder_version_step.step is null then 2
                    else 3
                end,
                funder_version.version_id desc
        ) as place
    from funder_version
    left join funder_version_step on funder_version.version_id = funder_version_step.version_id
    left join funder on funder_version.version_id = funder.version_id
)
select
    funder_code,
    name_en,
    name_zh
from ranked
where place = 1
order by funder_code
