"""lakehouse: change feeds into bronze, silver and gold tables of Delta that can be trusted."""
