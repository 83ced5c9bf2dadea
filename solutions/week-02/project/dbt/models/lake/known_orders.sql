-- What a payment may refer to: orders of this build, and published ones of the dates around it.
select date, order_id, currency from {{ source('candidates', 'silver_orders') }}
{% if var('published_orders', []) %}
union all
select date, order_id, currency
from read_parquet({{ var('published_orders') }}, hive_partitioning = true)
{% endif %}
