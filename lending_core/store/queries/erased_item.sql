-- One row per kind of data of a customer that was erased, or kept and why, newest first.
select
    item,
    is_erased,
    reason as kept_reason,
    kept_until_on,
    recorded_at
from erased_item
where customer_id = $customer_id
order by recorded_at desc, item
