-- One row per customer late at a month end between two days: the worst stage, what was late, what of it came in the
-- month after, and the attempts of the thirty days before.
with late as (
    select
        loan.customer_id,
        loan_month.month_end_on,
        max_by(loan_month.bucket, loan_month.days_past_due) as stage,
        sum(loan_month.overdue_fen + loan_month.penalty_fen + loan_month.fee_fen) as overdue_fen,
        sum(
            least(
                loan_month.overdue_fen + loan_month.penalty_fen + loan_month.fee_fen,
                greatest(coalesce(following.paid_fen, 0), 0)
            )
        ) as recovered_fen
    from loan_month
    inner join loan on loan_month.loan_id = loan.loan_id
    left join loan_month as following
        on loan_month.loan_id = following.loan_id
        and following.month_end_on = last_day(loan_month.month_end_on + interval 1 month)
    where
        loan_month.standing = 'open'
        and loan_month.days_past_due > 0
        and loan_month.month_end_on between $first_month_end_on and $last_month_end_on
    group by loan.customer_id, loan_month.month_end_on
),
contacted as (
    select
        late.customer_id,
        late.month_end_on,
        count(*) as contacts,
        bool_or(contact_attempt.is_connected and contact_attempt.party = 'borrower'
            and not list_contains($failed_outcomes, contact_attempt.outcome)) as is_reached
    from late
    inner join contact_attempt
        on late.customer_id = contact_attempt.customer_id
        and contact_attempt.business_on > late.month_end_on - interval 30 day
        and contact_attempt.business_on <= late.month_end_on
    group by late.customer_id, late.month_end_on
)
select
    late.customer_id,
    late.month_end_on as "on",
    late.stage,
    cast(late.overdue_fen as bigint) as overdue_fen,
    cast(late.recovered_fen as bigint) as recovered_fen,
    coalesce(contacted.contacts, 0) as contacts,
    coalesce(contacted.is_reached, false) as is_reached
from late
left join contacted
    on late.customer_id = contacted.customer_id
    and late.month_end_on = contacted.month_end_on
where late.overdue_fen > 0
order by late.month_end_on, late.customer_id
