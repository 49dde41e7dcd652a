"""Retry policies: data over small pure parts (how long? how spread? when to stop? on what?)."""
