select
    order_id,
    customer_id,
    ordered_at,
    ordered_on,
    currency,
    coalesce(channel, 'unknown') as channel,
    status
from {{ source('silver', 'orders') }}
