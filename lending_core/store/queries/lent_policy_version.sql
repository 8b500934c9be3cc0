-- One row per version of the limit policy that decided a loan of the book.
select distinct policy_version
from lent_loan
where policy_version is not null
order by policy_version
