-- One row per loan and lender that is not among the lenders (IL-19).
select
    funding.loan_id as subject_id,
    funding.funder_code as detail
from funding
left join funder on funding.funder_code = funder.funder_code
where funder.funder_code is null
order by subject_id, detail
