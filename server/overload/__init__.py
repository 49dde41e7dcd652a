"""Overload controllers: who may upload now, and who is told when to come back.

Rule of this room: pure, told the time, one algorithm a file with its reference. Units: seconds.
"""
