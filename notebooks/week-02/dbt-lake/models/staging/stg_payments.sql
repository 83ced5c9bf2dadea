select
    payment_id,
    order_id,
    paid_at,
    method,
    amount_cents,
    status
from {{ source('silver', 'payments') }}
