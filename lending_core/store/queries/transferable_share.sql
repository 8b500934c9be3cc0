-- One row per loan asked for in which a lender keeps a share from before a day on, unless it changes hands again.
select
    funding_span.loan_id,
    funding_span.share_fen,
    loan.product_code,
    loan.region_code,
    lead_funding.funder_code as lead_code,
    coalesce(loan_position.principal_fen, loan.principal_fen)
    * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
    - coalesce(loan_position.principal_fen, loan.principal_fen)
    * funding_span.before_fen // funding_span.lent_fen as owed_fen
from funding_span
inner join loan on funding_span.loan_id = loan.loan_id
inner join lead_funding on funding_span.loan_id = lead_funding.loan_id
left join loan_position on funding_span.loan_id = loan_position.loan_id
where
    list_contains($loan_ids, funding_span.loan_id)
    and funding_span.funder_code = $funder_code
    and funding_span.from_on < $effective_on
    and funding_span.until_on is null
order by funding_span.loan_id
