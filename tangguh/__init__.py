"""The front door: one module per command of `tangguh`.

Rule of the room: a command parses its arguments, calls one function of another room, and prints.
What it prints for a decision maker is Indonesian by default, or English.
"""

__version__ = "0.1.0"
