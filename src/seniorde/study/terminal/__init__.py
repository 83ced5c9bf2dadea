"""What the learner reads and answers in the terminal."""
