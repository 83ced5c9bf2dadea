{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='order_id',
    on_schema_change='fail',
) }}

{% set recent %}
    {% if is_incremental() %}
    where ordered_on >= (
        select max(ordered_on) - {{ var('lookback_days') }} from {{ this }}
    )
    {% endif %}
{% endset %}

with orders as (
    select * from {{ ref('stg_orders') }} {{ recent }}
),

items as (
    select order_id, count(*) as lines, sum(line_cents) as cents
    from {{ ref('stg_order_items') }} {{ recent }}
    group by order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.ordered_on,
    orders.channel,
    orders.status,
    items.lines,
    cast(round(items.cents * 100 / rates.per_euro) as bigint) as euro_cents
from orders
join items using (order_id)
join {{ ref('rates') }} as rates using (currency)
