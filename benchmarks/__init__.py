"""How fast, beside whom: ratios against named peers in the same run. Never a test."""
