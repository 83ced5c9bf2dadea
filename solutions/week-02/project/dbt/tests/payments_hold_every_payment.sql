select date, flow.payments, sum(captured + refunded + failed) as found
from {{ ref('daily_flow') }} as flow
left join {{ ref('daily_payments') }} using (date)
group by all
having flow.payments <> coalesce(sum(captured + refunded + failed), 0)
