"""Hashing: remember what was seen and find it again in one step."""
