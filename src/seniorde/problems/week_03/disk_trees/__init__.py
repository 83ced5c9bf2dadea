"""Trees on disk: indexes in pages, runs and levels, sums that change, proofs of sameness."""
