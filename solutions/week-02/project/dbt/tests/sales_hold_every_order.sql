-- No join may lose or multiply: orders and cents of the mart are those of silver.
with mart as (
    select date, sum(orders) as orders, sum(gross_cents) as cents from {{ ref('daily_sales') }} group by all
),
orders as (
    select date, count(*) as orders from {{ source('candidates', 'silver_orders') }} group by all
),
items as (
    select date, sum(quantity * unit_price_cents) as cents
    from {{ source('candidates', 'silver_order_items') }}
    group by all
)
select date, mart.orders, mart.cents
from orders
left join items using (date)
left join mart using (date)
where (mart.orders, mart.cents) is distinct from (orders.orders, items.cents)
