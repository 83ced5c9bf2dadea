"""Deliveries of the marketplace into a lake on S3 whose tables can be trusted."""
