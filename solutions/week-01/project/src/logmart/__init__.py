"""logmart: web and application logs into PostgreSQL tables that an analyst can trust."""
