"""Windows: look at neighbouring rows without giving up a row of your own."""
