"""Lets `python -m tangguh` do what `tangguh` does, where the script is not on the path."""

from tangguh.cli import main

if __name__ == "__main__":
    main()
