"""File formats: what a reader skips in a Parquet file, what it costs, and how the writer decides it."""
