-- Each payment with the order that it pays: of its own date or of the 30 days before, the latest if two have the id.
select
    payments.*,
    orders.currency,
    orders.order_id is null as is_orphan
from {{ source('candidates', 'silver_payments') }} as payments
left join {{ ref('known_orders') }} as orders
    on orders.order_id = payments.order_id
    and orders.date between payments.date - 30 and payments.date
qualify row_number() over (partition by payments.date, payments.payment_id order by orders.date desc) = 1
