select
    ordered_on,
    channel,
    count(*) as orders,
    cast(sum(euro_cents) as bigint) as euro_cents
from {{ ref('fct_orders') }}
where status = 'placed'
group by ordered_on, channel
