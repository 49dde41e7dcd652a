"""A nation's night: a sample of all stations closes the loop through the shared server, then every
regency is simulated by itself under the course that the sample found."""
