"""What each kind of result says in a report: a file a kind."""
