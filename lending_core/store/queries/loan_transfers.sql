-- One row per proposed change of hands, the newest first, with what a second person said.
with loans as (
    select
        transfer_id,
        count(*) as loans,
        cast(sum(share_fen) as bigint) as share_fen
    from loan_transfer_loan
    group by transfer_id
)
select
    loan_transfer.*,
    loans.loans,
    loans.share_fen,
    coalesce(loan_transfer_step.step, 'proposed') as step,
    loan_transfer_step.reason as step_reason,
    loan_transfer_step.stepped_on,
    loan_transfer_step.stepped_by
from loan_transfer
inner join loans on loan_transfer.transfer_id = loans.transfer_id
left join loan_transfer_step on loan_transfer.transfer_id = loan_transfer_step.transfer_id
order by loan_transfer.transfer_id desc
