"""Shaping: when a station may begin, so that not all begin at once."""
