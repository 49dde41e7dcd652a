"""What a choice of policy does over an ensemble of nights and worlds, and where it turns."""
