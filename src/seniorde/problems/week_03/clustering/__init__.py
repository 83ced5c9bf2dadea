"""Clustering in SQL: the order of the rows on disk decides how much a query reads."""
