"""What the answer depends on: quantities, chance, the world; and what knowing them is worth."""
