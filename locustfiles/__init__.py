"""World 2: the client of the simulation, in real time, over paced sockets, to a real server."""
