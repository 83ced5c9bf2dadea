"""Trees: roll-ups from below, numbers from above, an index that stays in order."""
