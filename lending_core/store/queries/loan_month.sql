-- One row per loan that owes principal on a day or paid in its month: where it stands, and what was booked as paid
-- since the month's start, less what was taken back.
with paid as (
    select
        loan_id,
        sum(amount_fen) as paid_fen
    from posting
    where
        booked_on between $month_start_on and $on
        and flow in (
            'principal_repaid', 'interest_paid', 'penalty_paid', 'fee_paid', 'excess_received',
            'recovered'
        )
    group by loan_id
)
select
    loan_position.loan_id,
    cast($on as date) as month_end_on,
    cast(date_diff('month', loan.disbursed_on, cast($on as date)) as integer) as months_on_book,
    loan_position.days_past_due,
    loan_position.bucket,
    loan_position.asset_class,
    loan_position.stage,
    loan_position.principal_fen,
    loan_position.overdue_fen,
    cast(coalesce(paid.paid_fen, 0) as bigint) as paid_fen,
    loan_position.interest_receivable_fen,
    loan_position.penalty_fen,
    loan_position.fee_fen,
    loan_position.written_off_fen,
    loan_position.allowance_fen
from loan_position
inner join loan on loan_position.loan_id = loan.loan_id
left join paid on loan_position.loan_id = paid.loan_id
where loan_position.principal_fen > 0 or coalesce(paid.paid_fen, 0) <> 0
