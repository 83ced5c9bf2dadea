"""Incremental ingest: each file in one batch, a schema that only widens, no value lost, and refused before it is written."""
