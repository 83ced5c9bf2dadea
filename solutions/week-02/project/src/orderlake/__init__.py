"""orderlake: deliveries of a marketplace into a lake on S3 whose tables can be trusted."""
