"""Serverless: events that come twice, batches that fail in part, a role that cannot loop, dead letters that return."""
