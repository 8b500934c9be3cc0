-- One row per loan that owes principal on a day, did a month end before, or paid in the month: where it stands,
-- where it stood, and what was booked as paid since the month's start, less what was taken back.
with paid as (
    select loan_id, sum(amount_fen) as paid_fen
    from posting
    where
        booked_on between $month_start_on and $on
        and flow in (
            'principal_repaid', 'interest_paid', 'penalty_paid', 'fee_paid', 'excess_received',
            'recovered'
        )
    group by loan_id
),
now_on_book as (
    select
        loan_position.loan_id,
        case
            when loan_position.is_charged_off then 'written_off'
            when loan_position.principal_fen > 0 then 'open'
            else 'paid'
        end as standing,
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
        loan_position.allowance_fen,
        case when previous.standing = 'open' then previous.bucket end as previous_bucket,
        case when previous.standing = 'open' then previous.principal_fen end as previous_principal_fen
    from loan_position
    left join paid on loan_position.loan_id = paid.loan_id
    left join loan_month as previous
        on loan_position.loan_id = previous.loan_id
        and previous.month_end_on = $previous_month_end_on
    where
        loan_position.principal_fen > 0
        or coalesce(paid.paid_fen, 0) <> 0
        or previous.standing = 'open'
),
-- A loan may come back after months without a row, where a payment is reversed or money is recovered.
before as (
    select
        loan_id,
        max(worst_days_past_due) as worst_days_past_due,
        max(case when standing = 'written_off' then 1 else 0 end) as is_lost
    from loan_month
    where month_end_on = $previous_month_end_on or (
        month_end_on < $previous_month_end_on
        and loan_id in (select loan_id from now_on_book where previous_bucket is null)
    )
    group by loan_id
)
select
    now_on_book.*,
    cast($on as date) as month_end_on,
    cast(date_diff('month', lent_loan.disbursed_on, cast($on as date)) as integer) as months_on_book,
    greatest(days_past_due, coalesce(before.worst_days_past_due, 0)) as worst_days_past_due,
    days_past_due > 30 and coalesce(before.worst_days_past_due, 0) <= 30 as entered_30,
    days_past_due > 90 and coalesce(before.worst_days_past_due, 0) <= 90 as entered_90,
    (days_past_due > 90 or standing = 'written_off')
        and coalesce(before.worst_days_past_due, 0) <= 90
        and coalesce(before.is_lost, 0) = 0 as entered_default,
    lent_loan.lent_fen,
    lent_loan.annual_rate,
    lent_loan.disbursed_on,
    lent_loan.product_code,
    lent_loan.scenario,
    lent_loan.channel,
    lent_loan.region_code,
    lent_loan.band,
    lent_loan.funder_code
from now_on_book
inner join lent_loan on now_on_book.loan_id = lent_loan.loan_id
left join before on now_on_book.loan_id = before.loan_id
