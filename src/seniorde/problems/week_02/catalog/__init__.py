"""Crawler and catalog: types from samples, schemas over files, partitions in batches."""
