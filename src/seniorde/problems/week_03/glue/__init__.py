"""A Glue job: what its parameters mean, what its bookmark remembers, what it replaces, and which type it decides for."""
