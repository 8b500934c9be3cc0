-- One row per key of personal data that gave way to another.
select old_key_id
from privacy_key_change
where old_key_id not in (select key_id from privacy_key)
order by change_id
