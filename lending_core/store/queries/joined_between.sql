-- One row: how many simulated customers joined from $from_on to $to_on.
select count(*) as joined
from customer
where is_simulated and joined_on between $from_on and $to_on
