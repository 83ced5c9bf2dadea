with counted as (
  select date, 'placed' as what from main.orders union all by name select date, change as what from main.order_changes
  union all by name select date, 'payments' as what from main.payments
  union all by name select date, 'orphans' as what from {{ ref('paid') }} where currency is null
  union all by name select date, 'duplicates' as what from main.repeats
  union all by name select date, 'rejects' as what from main.rejects
  union all by name select distinct date, 'there' as what from main.arrivals
)
select date, {% for what in ['placed', 'cancelled', 'returned', 'payments', 'orphans', 'duplicates', 'rejects'] %}
  count(*) filter (what = '{{ what }}') as {{ what }}{{ ',' if not loop.last }}{% endfor %}
from counted group by date
