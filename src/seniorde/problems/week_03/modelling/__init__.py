"""Data modelling: normal forms by their anomalies, a star with a grain, joins that do not double."""
