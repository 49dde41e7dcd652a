"""Any server: how the client's actions become HTTP requests, described in YAML."""
