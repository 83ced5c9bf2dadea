"""Anti joins: keep the rows that have no partner."""
