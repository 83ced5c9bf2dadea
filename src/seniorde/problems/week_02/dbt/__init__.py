"""dbt: a staging model, tests that catch, history by snapshot, an incremental model that keeps late rows."""
