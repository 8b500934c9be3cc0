-- One row per customer whose data can be read, or one: what of the relation goes on, and when it ended.
with borrowed as (
    select
        loan.customer_id,
        count(*) as loans,
        count(*) filter (
            where loan_position.loan_id is null or loan_position.is_open or loan_position.claim_fen > 0
        ) as open_loans
    from loan
    left join loan_position on loan.loan_id = loan_position.loan_id
    group by loan.customer_id
),
paid as (
    select customer_id, max(paid_on) as last_paid_on from money_in group by customer_id
),
line_now as (
    select
        credit_line.customer_id,
        credit_line.line_id,
        coalesce(max_by(line_change.status, line_change.line_change_id), 'active') as status
    from credit_line
    left join line_change on credit_line.line_id = line_change.line_id
    group by credit_line.customer_id, credit_line.line_id
),
lines as (
    select
        line_now.customer_id,
        count(distinct line_now.line_id) filter (where line_now.status = 'active') as active_lines,
        count(funding_wait.wait_id) as waiting_offers
    from line_now
    left join funding_wait
        on line_now.line_id = funding_wait.line_id
        and funding_wait.wait_id not in (select funding_wait_end.wait_id from funding_wait_end)
    group by line_now.customer_id
),
asked as (
    select
        customer_id,
        max(applied_on) as last_applied_on,
        count(*) filter (where outcome = 'review') as waiting_applications
    from application_state
    group by customer_id
),
answer as (
    select customer_id, source, max_by(is_granted, recorded_at) as is_granted
    from consent
    group by customer_id, source
),
consents as (
    select customer_id, count(*) filter (where is_granted) as consents_in_force, count(*) as consents
    from answer
    group by customer_id
),
contacted as (
    select customer_id, max(local_on) as last_contact_on from contact_attempt group by customer_id
)
select
    customer.customer_id,
    customer.joined_on,
    coalesce(borrowed.loans, 0) as loans,
    coalesce(borrowed.open_loans, 0) as open_loans,
    paid.last_paid_on,
    coalesce(lines.active_lines, 0) as active_lines,
    asked.last_applied_on,
    coalesce(asked.waiting_applications, 0) as waiting_applications,
    coalesce(lines.waiting_offers, 0) as waiting_offers,
    coalesce(consents.consents, 0) as consents,
    coalesce(consents.consents_in_force, 0) as consents_in_force,
    contacted.last_contact_on
from customer
inner join customer_key on customer.customer_id = customer_key.customer_id
left join borrowed on customer.customer_id = borrowed.customer_id
left join paid on customer.customer_id = paid.customer_id
left join lines on customer.customer_id = lines.customer_id
left join asked on customer.customer_id = asked.customer_id
left join consents on customer.customer_id = consents.customer_id
left join contacted on customer.customer_id = contacted.customer_id
where $customer_id is null or customer.customer_id = $customer_id
order by customer.customer_id
