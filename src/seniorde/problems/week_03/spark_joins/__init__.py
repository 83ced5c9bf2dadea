"""Spark joins: give the engine a join that it can do well."""
