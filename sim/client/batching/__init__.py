"""Batching: how photographs are cut into the pieces that are sent, and in what order."""
