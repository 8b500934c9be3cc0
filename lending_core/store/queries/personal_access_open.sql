-- One row: until when a person may see one customer in plain, or none.
select max(shown_until) as shown_until
from personal_access
where
    customer_id = $customer_id
    and user_name = $user_name
    and role = $role
    and shown_until > cast($at as timestamp)
having count(*) > 0
