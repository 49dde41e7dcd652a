"""Experiments over the model: ensembles of nights, and what can be said from them."""
