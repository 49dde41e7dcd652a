"""Progress points of other places and elections: reading them, predicting them, scoring both."""
