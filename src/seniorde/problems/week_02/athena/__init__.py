"""Athena: queries from start to rows, their price, and tables of more than a hundred partitions."""
