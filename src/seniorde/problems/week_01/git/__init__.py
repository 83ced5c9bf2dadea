"""Git: put a branch in order, find a commit, bring one back, and take one away for good."""
