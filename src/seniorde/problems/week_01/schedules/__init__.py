"""Schedules: when a job runs, as whom, for which date, and what happens to the run that was missed."""
