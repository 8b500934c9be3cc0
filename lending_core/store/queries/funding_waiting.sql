-- One row per accepted offer or draw that waits for a lender, or the one asked for, the longest waiting first:
-- what is paid out once one has room, why it waited at the newest matching, and what its line still allows.
with open_wait as (
    select funding_wait.*
    from funding_wait
    left join funding_wait_end on funding_wait.wait_id = funding_wait_end.wait_id
    where
        funding_wait_end.wait_id is null
        and ($wait_id is null or funding_wait.wait_id = $wait_id)
),
newest_left as (
    select
        funding_left.wait_id,
        max(funding_left.run_id) as run_id,
        max_by(funding_left.reason, funding_left.run_id) as reason,
        max_by(funding_left.funder_code, funding_left.run_id) as funder_code,
        max_by(funding_left.missing_fen, funding_left.run_id) as missing_fen,
        count(*) as attempts
    from funding_left
    inner join open_wait on funding_left.wait_id = open_wait.wait_id
    group by funding_left.wait_id
),
newest_limit as (
    select
        limit_change.line_id,
        max_by(limit_change.limit_fen, limit_change.limit_change_id) as limit_fen
    from limit_change
    inner join open_wait on limit_change.line_id = open_wait.line_id
    group by limit_change.line_id
),
newest_status as (
    select
        line_change.line_id,
        max_by(line_change.status, line_change.line_change_id) as status
    from line_change
    inner join open_wait on line_change.line_id = open_wait.line_id
    group by line_change.line_id
),
owed as (
    select
        loan.line_id,
        sum(coalesce(loan_position.principal_fen, loan.principal_fen)) as owed_fen
    from loan
    inner join open_wait on loan.line_id = open_wait.line_id
    left join loan_position on loan.loan_id = loan_position.loan_id
    group by loan.line_id
)
select
    open_wait.wait_id,
    open_wait.application_id,
    open_wait.line_id,
    open_wait.amount_fen as principal_fen,
    open_wait.instalments,
    open_wait.method,
    open_wait.since_on,
    open_wait.expires_on,
    credit_line.customer_id,
    credit_line.product_code,
    credit_line.annual_rate,
    application.scenario,
    application.channel,
    customer.region_code,
    decision.band,
    newest_left.run_id,
    newest_left.reason,
    newest_left.funder_code,
    newest_left.missing_fen,
    coalesce(newest_left.attempts, 0) as attempts,
    coalesce(newest_status.status, 'active') as line_status,
    cast(newest_limit.limit_fen - coalesce(owed.owed_fen, 0) as bigint) as available_fen
from open_wait
inner join credit_line on open_wait.line_id = credit_line.line_id
inner join application on open_wait.application_id = application.application_id
inner join customer on credit_line.customer_id = customer.customer_id
inner join decision on open_wait.application_id = decision.application_id
left join newest_left on open_wait.wait_id = newest_left.wait_id
left join newest_limit on open_wait.line_id = newest_limit.line_id
left join newest_status on open_wait.line_id = newest_status.line_id
left join owed on open_wait.line_id = owed.line_id
order by open_wait.since_on, open_wait.wait_id
