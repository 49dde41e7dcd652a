"""The radio side of an upload: cells that share airtime, access that can be refused, links that
break, and what a TCP connection costs on top. Everything here is pure and told the time."""
