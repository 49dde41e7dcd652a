"""The model: pure, and told the time. It prints nothing and draws only keyed randomness."""
