"""The typed scenario: what is written in YAML, checked, with the place of every mistake."""
