"""What people look at, in Indonesian (default) and English."""
