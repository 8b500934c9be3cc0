-- One row per loan of a change of hands: the share of the principal as it was lent.
select
    loan_id,
    share_fen
from loan_transfer_loan
where transfer_id = $transfer_id
order by loan_id
