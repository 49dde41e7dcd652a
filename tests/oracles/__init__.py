"""The oracle tests: each mechanism against a closed form or an exact case, by the oracle's id."""
