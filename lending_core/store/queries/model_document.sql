-- One row: a model's kind and document, or none.
select
    coalesce(kind, 'scorecard') as kind,
    document
from model_version
where model_version = $model_version
