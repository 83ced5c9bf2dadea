{% test positive(model, column_name) %}
    select * from {{ model }} where not coalesce({{ column_name }} > 0, false)
{% endtest %}
