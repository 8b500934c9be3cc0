-- One row per account that signs in without a password: those of a simulated book.
select
    user_account.user_name,
    user_account.role,
    user_account.funder_code
from user_account
cross join book
where book.is_simulated
order by user_account.user_name
