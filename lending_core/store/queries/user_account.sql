-- One row per demonstration account.
select
    user_name,
    role
from user_account
order by user_name
