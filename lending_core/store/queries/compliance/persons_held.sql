-- One row where data of so many people is kept that more duties hold (DS-02).
select
    1 as subject_id,
    people as measured,
    $persons_max as limit_value
from (select count(*) as people from customer) as held
where people >= $persons_max
