-- Two events with different ids place one order: nobody can say which is right.
select date, order_id, count(*) as found
from {{ source('candidates', 'silver_orders') }}
group by all
having count(*) > 1
