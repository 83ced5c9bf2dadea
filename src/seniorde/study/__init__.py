"""What turns a book into nine weeks that somebody finishes: calendar, log, review, progress, portfolio."""
