"""Servers that do the same job, started on a free port of the loopback, and their load."""
