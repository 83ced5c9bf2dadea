select
    date,
    coalesce(currency, 'none') as currency,
    method,
    count(*) filter (status = 'captured')::bigint as captured,
    coalesce(sum(amount_cents) filter (status = 'captured'), 0)::bigint as captured_cents,
    count(*) filter (status = 'refunded')::bigint as refunded,
    coalesce(sum(amount_cents) filter (status = 'refunded'), 0)::bigint as refunded_cents,
    count(*) filter (status = 'failed')::bigint as failed
from {{ ref('matched_payments') }}
group by all
