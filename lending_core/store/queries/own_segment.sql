-- One row per segment of its own that an imported tape brought: its name, and its values, most loans first.
with told as (
    select unnest(map_entries(own_segments)) as entry
    from tape_loan
)
select
    entry.key as name,
    entry.value as value,
    count(*) as loans
from told
group by entry.key, entry.value
order by entry.key, loans desc, entry.value
