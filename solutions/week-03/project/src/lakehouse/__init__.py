"""lakehouse: change feeds of a marketplace into tables of Delta that can be trusted."""
