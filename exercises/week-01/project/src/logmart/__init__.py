"""Log files of the marketplace into PostgreSQL tables that an analyst can trust."""
