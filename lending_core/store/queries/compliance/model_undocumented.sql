-- One row per model that has decided applications and has no model card (IL-18).
select distinct model_version.model_version as subject_id
from model_version
inner join assessment on model_version.model_version = assessment.model_version
where model_version.model_card is null
order by subject_id
