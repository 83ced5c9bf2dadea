"""Linked lists: find by following, change by relinking."""
