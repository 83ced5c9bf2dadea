select date, ifnull(currency, 'none') as currency, method,
  sum((status = 'captured')::int)::bigint as captured, sum(if(status = 'captured', amount_cents, 0))::bigint as captured_cents,
  sum((status = 'refunded')::int)::bigint as refunded, sum(if(status = 'refunded', amount_cents, 0))::bigint as refunded_cents,
  sum((status = 'failed')::int)::bigint as failed
from {{ ref('paid') }} group by 1, 2, 3
