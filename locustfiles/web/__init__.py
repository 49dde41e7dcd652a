"""The replay on a page of Locust's own web server."""
