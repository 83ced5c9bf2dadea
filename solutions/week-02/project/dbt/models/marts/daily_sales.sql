with bought as (
    select date, order_id, sum(quantity) as units, sum(quantity * unit_price_cents) as cents
    from {{ source('candidates', 'silver_order_items') }}
    group by all
)
select
    orders.date,
    orders.currency,
    coalesce(orders.channel, 'unknown') as channel,
    coalesce(customers.segment, 'unknown') as segment,
    count(*)::bigint as orders,
    sum(bought.units)::bigint as units,
    sum(bought.cents)::bigint as gross_cents
from {{ source('candidates', 'silver_orders') }} as orders
left join bought using (date, order_id)
left join {{ source('candidates', 'silver_customers') }} as customers using (date, customer_id)
group by all
