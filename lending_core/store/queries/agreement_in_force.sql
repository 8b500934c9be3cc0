-- One row per lead and partner: their agreement as it is in force on the open day.
select *
from joint_agreement
order by lead_code, partner_code
