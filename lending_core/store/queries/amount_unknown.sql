-- One row: how many loans were lent whose amount nobody knows.
select count(*) as loans
from lent_loan
where
    lent_fen is null
    and disbursed_on <= $business_on
