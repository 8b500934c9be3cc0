-- One row per open loan of an asset class at the newest close.
select loan_id
from loan_position
where is_open and asset_class = $asset_class
order by loan_id
