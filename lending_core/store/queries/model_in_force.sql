-- One row: the newest scorecard.
select
    model_version,
    document
from model_version
order by model_version desc
limit 1
