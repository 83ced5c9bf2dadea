with placed as (
    select date, count(*) as placed from {{ source('candidates', 'silver_orders') }} group by all
),
changed as (
    select
        date,
        count(*) filter (change = 'cancelled') as cancelled,
        count(*) filter (change = 'returned') as returned
    from {{ source('candidates', 'silver_order_changes') }}
    group by all
),
paid as (
    select date, count(*) as payments, count(*) filter (is_orphan) as orphans
    from {{ ref('matched_payments') }}
    group by all
)
select
    date,
    coalesce(placed, 0)::bigint as placed,
    coalesce(cancelled, 0)::bigint as cancelled,
    coalesce(returned, 0)::bigint as returned,
    coalesce(payments, 0)::bigint as payments,
    coalesce(orphans, 0)::bigint as orphans,
    counts.duplicates,
    counts.rejects
from {{ source('candidates', 'counts') }} as counts
left join placed using (date)
left join changed using (date)
left join paid using (date)
