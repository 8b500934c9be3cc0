-- One row per lender that a matching asked, with the terms it asked by.
select
    funding_offer.outstanding_fen,
    funding_offer.lent_today_fen,
    funding_offer.guarantee_used_fen,
    funding_offer.joint,
    funder_version.*
from funding_offer
inner join funder_version on funding_offer.version_id = funder_version.version_id
where funding_offer.run_id = $run_id
order by funding_offer.rowid
