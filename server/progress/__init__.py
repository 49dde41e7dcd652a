"""The live progress page: per kecamatan, which polling stations' photographs have arrived.

Rule of this room: it is given rows and the time, and returns answers; it knows no store and no
socket. What is read is in Indonesian, and in English by a switch.
"""
