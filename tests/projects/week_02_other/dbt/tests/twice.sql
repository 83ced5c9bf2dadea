select o.date, o.order_id from main.orders o join {{ ref('daily_flow') }} using (date) group by all having count(*) > 1
