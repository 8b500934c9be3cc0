-- One row per lender of a loan and span of days: its share, and its part of what is owed now (null where the span is
-- over or has not begun).
select
    funding_span.funder_code,
    funding_span.share_fen,
    funding_span.before_fen,
    funding_span.lent_fen,
    funding_span.from_on,
    funding_span.until_on,
    case
        when lead_funding.funder_code is null then 'partner'
        when funding_span.share_fen = funding_span.lent_fen then 'whole'
        else 'lead'
    end as role,
    case
        when funding_span.until_on is null or funding_span.until_on > closed.open_on
            then funding_share.owed_fen
    end as owed_fen
from funding_span
cross join (select date_add(max(business_on), interval 1 day) as open_on from book) as closed
left join lead_funding
    on
        funding_span.loan_id = lead_funding.loan_id
        and funding_span.funder_code = lead_funding.funder_code
left join funding_share
    on
        funding_span.loan_id = funding_share.loan_id
        and funding_span.funder_code = funding_share.funder_code
where funding_span.loan_id = $loan_id
order by funding_span.from_on, funding_span.before_fen
