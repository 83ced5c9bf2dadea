select date from {{ ref('daily_flow') }} where orphans > {{ var('max_orphans') }} * payments
