-- One row per loan and account whose balance in the journal is not what the loan's position says.
with journal_balance as (
    select
        loan_id,
        account,
        amount_fen as posted_fen,
        0 as position_fen
    from journal
    where
        account in (
            'loan_principal', 'interest_receivable', 'penalty_receivable', 'fee_receivable',
            'borrower_payable', 'loss_allowance'
        )
),

position_balance as (
    select loan_id, 'loan_principal' as account, principal_fen as balance_fen from loan_position
    union all
    select loan_id, 'interest_receivable', interest_receivable_fen from loan_position
    union all
    select loan_id, 'penalty_receivable', penalty_fen from loan_position
    union all
    select loan_id, 'fee_receivable', fee_fen from loan_position
    union all
    select loan_id, 'borrower_payable', -excess_fen from loan_position
    union all
    select loan_id, 'loss_allowance', -allowance_fen from loan_position
),

entry as (
    select * from journal_balance
    union all
    select
        loan_id,
        account,
        0 as posted_fen,
        balance_fen as position_fen
    from position_balance
    where balance_fen <> 0
)

select
    loan_id,
    account,
    cast(sum(posted_fen) as bigint) as posted_fen,
    cast(sum(position_fen) as bigint) as position_fen,
    cast(sum(posted_fen - position_fen) as bigint) as difference_fen
from entry
group by loan_id, account
having sum(posted_fen - position_fen) <> 0
