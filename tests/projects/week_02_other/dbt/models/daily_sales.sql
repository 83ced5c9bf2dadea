select o.date, currency, ifnull(channel, 'unknown') as channel, ifnull(segment, 'unknown') as segment,
  count(distinct o.event_id) as orders, sum(quantity)::bigint as units, sum(quantity * unit_price_cents)::bigint as gross_cents
from main.orders o join main.order_items i using (date, order_id)
left join main.customers c on c.date = o.date and c.customer_id = o.customer_id
group by 1, 2, 3, 4
