"""Importers: real evidence (logs, speed tests, cell maps) as laws and lists of a scenario."""
