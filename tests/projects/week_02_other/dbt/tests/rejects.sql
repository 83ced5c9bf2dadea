select f.date from {{ ref('daily_flow') }} f join (select date, sum(records) as n from main.arrivals group by 1) using (date) where rejects > {{ var('max_rejects') }} * n
