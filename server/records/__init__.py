"""Where the server's rows are kept: SQLite or PostgreSQL behind one small interface."""
