"""One night compiled: the course of :mod:`sim.assembly`'s processes as a loop over plain records.

SimPy is the reference, and readable; this room repeats it to the last bit for the nights that
studies need by the ten thousand. :mod:`sim.kernel.domain` says which nights those are.
"""
