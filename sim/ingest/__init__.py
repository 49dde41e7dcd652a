"""The modelled server: an ingress pipe, connection slots, workers behind a bounded queue, outages,
and the rest of the nation. Pure and told the time."""
