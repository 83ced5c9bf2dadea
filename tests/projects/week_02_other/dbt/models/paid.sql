select p.*, (select max(o.currency) from main.orders o where o.order_id = p.order_id and p.date - o.date between 0 and 30) as currency
from main.payments p
