"""Evidence beyond the counts: what else is known of the night, and what it says of the worlds."""
