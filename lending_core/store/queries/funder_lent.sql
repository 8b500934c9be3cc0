-- One row per lender and day: what it lent in its shares of loans.
select
    funding.funder_code,
    loan.disbursed_on,
    cast(sum(funding.share_fen) as bigint) as lent_fen
from loan
inner join funding on loan.loan_id = funding.loan_id
where loan.disbursed_on between $from_on and $to_on
group by funding.funder_code, loan.disbursed_on
order by funding.funder_code, loan.disbursed_on
