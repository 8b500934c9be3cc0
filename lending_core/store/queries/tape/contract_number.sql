-- One row per loan of a tape with payments: its number, in order.
select loan_id
from tape_contract
order by loan_id
