-- One row or none: the account that was opened for a person of an identity provider.
select user_name
from account_step
where
    issuer = $issuer
    and subject = $subject
    and step = 'opened'
