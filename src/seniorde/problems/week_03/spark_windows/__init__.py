"""Caching and windows at scale: read once, sort little, keep what is used."""
