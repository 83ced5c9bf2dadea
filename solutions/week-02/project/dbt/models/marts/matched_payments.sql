-- Each payment with the order that it pays: of its own date or of the 30 days before.
select
    payments.*,
    orders.currency,
    orders.order_id is null as is_orphan
from {{ source('candidates', 'silver_payments') }} as payments
left join (select distinct on (order_id) * from {{ ref('known_orders') }} order by order_id, date) as orders
    on orders.order_id = payments.order_id
    and orders.date between payments.date - 30 and payments.date
