select date, rejects, lines
from {{ source('candidates', 'counts') }}
where rejects > {{ var('max_rejects') }} * lines
