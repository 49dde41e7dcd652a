"""Plans: the cheapest change of app, server and people that meets the objectives."""
