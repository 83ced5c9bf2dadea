select
    order_id,
    line_number,
    ordered_on,
    product_id,
    quantity,
    unit_price_cents,
    quantity * unit_price_cents as line_cents
from {{ source('silver', 'order_items') }}
