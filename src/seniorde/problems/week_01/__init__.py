"""Week 1: foundations."""
