"""Least privilege on AWS: policies that allow what the job needs, judged by calls that must pass and calls that must not."""
