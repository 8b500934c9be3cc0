-- One row per day that has readings, from $from_on.
select distinct measured_on
from warning_reading
where measured_on >= $from_on
