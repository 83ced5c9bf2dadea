"""Week 2: the lake, the catalog, dbt and Lambda."""
