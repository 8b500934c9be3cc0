-- One row per change of the key of personal data, newest first.
select
    change_id,
    people,
    changed_by,
    recorded_at
from privacy_key_change
order by change_id desc
