-- One row per measure, segment and month end (or newest closed day) from $from_on; all measures where none is named.
select *
from warning_reading
where
    ($from_on is null or measured_on >= $from_on)
    and ($measure is null or measure = $measure)
    and ($segment_kind is null or segment_kind = $segment_kind)
    and ($segment is null or segment = $segment)
