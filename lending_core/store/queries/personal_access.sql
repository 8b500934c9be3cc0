-- One row per time that somebody saw one customer's data in plain.
select
    access_id,
    shown_at,
    shown_until,
    user_name,
    role,
    customer_id,
    reason as unmask_reason,
    reference
from personal_access
