"""Faults on purpose: what a server can do to its clients on a bad night, switched on for a test.

Rule of this room: one fault a file, told the time and handed its random source; a fault knows
nothing of HTTP but a status. Units: seconds since the server started.
"""
