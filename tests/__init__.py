"""The tests mirror the source; oracles stand by themselves."""
