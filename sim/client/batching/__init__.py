"""Batching: how a station's photographs are cut into the pieces that it sends, and in what order."""
