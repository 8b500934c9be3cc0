-- One row per month and customer with a claim after a write-off, in months that are over: the claim at their start,
-- as it is now and was paid since, and what of it came in.
with written_off as (
    select
        loan.customer_id,
        loan_position.loan_id,
        loan_position.claim_fen,
        max(loan_event.effective_on) as written_off_on
    from loan_position
    inner join loan on loan_position.loan_id = loan.loan_id
    inner join loan_event
        on loan_position.loan_id = loan_event.loan_id and loan_event.kind = 'charge_off'
    where loan_position.is_charged_off
    group by loan.customer_id, loan_position.loan_id, loan_position.claim_fen
),
month_end as (
    select distinct month_end_on
    from loan_month
    where month_end_on between $first_month_end_on and $last_month_end_on
),
came_in as (
    select
        written_off.loan_id,
        month_end.month_end_on,
        sum(case when paid_on > month_end.month_end_on then amount_fen else 0 end) as since_fen,
        sum(case when paid_on > month_end.month_end_on
            and paid_on <= last_day(month_end.month_end_on + interval 1 month)
            then amount_fen else 0 end) as in_month_fen
    from written_off
    inner join money_in on written_off.loan_id = money_in.loan_id
    cross join month_end
    where money_in.paid_on > written_off.written_off_on
    group by written_off.loan_id, month_end.month_end_on
)
select
    written_off.customer_id,
    month_end.month_end_on as "on",
    'written_off' as stage,
    cast(sum(written_off.claim_fen + coalesce(came_in.since_fen, 0)) as bigint) as overdue_fen,
    cast(sum(coalesce(came_in.in_month_fen, 0)) as bigint) as recovered_fen
from written_off
cross join month_end
left join came_in
    on written_off.loan_id = came_in.loan_id and month_end.month_end_on = came_in.month_end_on
where written_off.written_off_on <= month_end.month_end_on
group by written_off.customer_id, month_end.month_end_on
having sum(written_off.claim_fen + coalesce(came_in.since_fen, 0)) > 0
order by month_end.month_end_on, written_off.customer_id
