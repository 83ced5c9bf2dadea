"""Data modelling: normal forms by their anomalies, a star with a grain, joins that do not double.

To try something out: `from seniorde import labs`, then `duck = labs.duckdb("marketplace")`, with all the tables that the third problem names, and `pg = labs.postgres()`, an empty database in which you first run `CREATE EXTENSION btree_gist`.
"""
