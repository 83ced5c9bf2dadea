"""The lake by date: partitions, re-runs, quarantine and lifecycle on S3, judged by what a reader sees."""
