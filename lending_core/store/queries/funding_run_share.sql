-- One row per loan that a matching paid out and lender: its share, and what its money cost a year by the terms asked.
select
    funding.loan_id,
    funding.funder_code,
    funding.role,
    funding.share_fen,
    cast(round(funder_version.annual_cost * 1000000) as bigint) as annual_cost_ppm
from funding
inner join funding_offer
    on
        funding.run_id = funding_offer.run_id
        and funding.funder_code = funding_offer.funder_code
inner join funder_version on funding_offer.version_id = funder_version.version_id
where funding.run_id = $run_id
order by funding.loan_id, funding.role, funding.funder_code
