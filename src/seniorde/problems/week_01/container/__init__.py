"""PostgreSQL in a container: an image without secrets, a service that keeps its data, a schema that may be made twice."""
