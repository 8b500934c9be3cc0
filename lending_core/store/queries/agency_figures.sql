-- One row per agency that ever had a case or a complaint: cases out, placed, what came in; complaints, contacts and
-- breaches of conduct of a month.
-- Money of a day on which a customer is handed over again counts for the newer placement, once.
with placed as (
    select
        agency_placement.*,
        least(due_back_on, coalesce(recalled_on, due_back_on)) as back_on,
        lead(placed_on) over (partition by customer_id order by agency_placement.placement_id)
            as next_placed_on,
        recalled_on
    from agency_placement
    left join agency_recall on agency_placement.placement_id = agency_recall.placement_id
),
recovered as (
    select
        placed.agency_code,
        sum(money_in.amount_fen) as recovered_fen
    from placed
    inner join money_in
        on placed.customer_id = money_in.customer_id
        and money_in.paid_on between placed.placed_on and placed.back_on
        and (placed.next_placed_on is null or money_in.paid_on < placed.next_placed_on)
    group by placed.agency_code
),
had as (
    select
        agency_code,
        count(*) as placed,
        count(case when recalled_on is null and due_back_on >= $open_on then 1 end) as cases_out,
        sum(overdue_fen) as placed_fen
    from placed
    group by agency_code
),
contacted as (
    select
        contact_attempt.agency_code,
        count(distinct contact_attempt.contact_id) as contacts,
        count(finding_id) as findings
    from contact_attempt
    left join conduct_finding on contact_attempt.contact_id = conduct_finding.contact_id
    where contact_attempt.agency_code is not null and local_on >= $month_start_on
    group by contact_attempt.agency_code
),
complained as (
    select
        agency_code,
        count(*) as complaints
    from complaint
    where agency_code is not null and received_on >= $month_start_on
    group by agency_code
)
select
    coalesce(had.agency_code, complained.agency_code, contacted.agency_code) as agency_code,
    coalesce(cases_out, 0) as cases_out,
    coalesce(placed, 0) as placed,
    cast(coalesce(placed_fen, 0) as bigint) as placed_fen,
    cast(coalesce(recovered_fen, 0) as bigint) as recovered_fen,
    coalesce(complaints, 0) as complaints,
    coalesce(contacts, 0) as contacts,
    coalesce(findings, 0) as findings
from had
full join complained on had.agency_code = complained.agency_code
full join contacted on coalesce(had.agency_code, complained.agency_code) = contacted.agency_code
left join recovered on had.agency_code = recovered.agency_code
order by 1
