-- One row per policy version, newest first.
select
    policy_version,
    note,
    author,
    recorded_at,
    document
from policy_version
order by policy_version desc
