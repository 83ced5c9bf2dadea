with delivered as (
    select * from {{ source('crm', 'customers') }}
)

select
    customer_id,
    country,
    city,
    segment,
    cast(registered_at as timestamp) as registered_at,
    cast(delivered_on as timestamp) as delivered_on
from delivered
where delivered_on = (select max(delivered_on) from delivered)
