select date, order_id, line_number, count(*) as found
from {{ source('candidates', 'silver_order_items') }}
group by all
having count(*) > 1
