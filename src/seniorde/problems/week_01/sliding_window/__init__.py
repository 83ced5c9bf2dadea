"""Sliding window: what enters on the right and leaves on the left, so that no stretch is read again."""
