"""Predicted meets measured: two logs of the same window are compared, and differences explained."""
