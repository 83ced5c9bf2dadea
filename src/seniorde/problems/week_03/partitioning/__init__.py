"""Partitioning in SQL: write the filter so that the engine reads only the partitions that it needs."""
