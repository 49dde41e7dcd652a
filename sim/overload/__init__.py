"""Small worlds in which the truths about overload are seen plainly, with the same client."""
