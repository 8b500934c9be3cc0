-- One row per case handed to an agency that may not have it (CO-08).
select distinct
    case_id as subject_id,
    agency_code as detail
from agency_placement
where list_contains($barred, agency_code) and placed_on >= $effective_on
order by subject_id, detail
