"""The shell: pipelines that fail when they should, redaction, atomic publishing, locks, permissions."""
