-- One row per month end from $from_on (or newest closed day) and funder with a quota: how much it may be owed, what it
-- is owed in its shares of open loans, and of how many.
select
    loan_month.month_end_on as measured_on,
    'funder_code' as segment_kind,
    funder.funder_code as segment,
    funder.quota_fen,
    count(case when loan_month.standing = 'open' then 1 end) as open_loans,
    cast(
        coalesce(
            sum(
                case
                    when loan_month.standing = 'open'
                        then loan_month.principal_fen
                            * (funding_span.before_fen + funding_span.share_fen)
                            // funding_span.lent_fen
                            - loan_month.principal_fen
                            * funding_span.before_fen
                            // funding_span.lent_fen
                end
            ),
            0
        ) as bigint
    ) as open_fen
from loan_month
inner join funding_span
    on
        loan_month.loan_id = funding_span.loan_id
        and (funding_span.until_on is null or loan_month.month_end_on < funding_span.until_on)
        and loan_month.month_end_on >= funding_span.from_on
inner join funder on funding_span.funder_code = funder.funder_code
where loan_month.month_end_on >= $from_on and funder.quota_fen > 0
group by loan_month.month_end_on, funder.funder_code, funder.quota_fen
