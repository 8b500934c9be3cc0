-- One row per month end from $from_on to $to_on and funder: its part of the principal owed, and what its money costs
-- a year.
select
    loan_month.month_end_on,
    funding_span.funder_code,
    funder.annual_cost,
    cast(
        sum(
            loan_month.principal_fen
            * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
            - loan_month.principal_fen * funding_span.before_fen // funding_span.lent_fen
        ) as bigint
    ) as principal_fen
from loan_month
inner join funding_span
    on
        loan_month.loan_id = funding_span.loan_id
        and (funding_span.until_on is null or loan_month.month_end_on < funding_span.until_on)
        and loan_month.month_end_on >= funding_span.from_on
inner join funder on funding_span.funder_code = funder.funder_code
where loan_month.month_end_on between $from_on and $to_on
group by loan_month.month_end_on, funding_span.funder_code, funder.annual_cost
order by loan_month.month_end_on, funding_span.funder_code
