"""The night compiled: a mirror of the model of :mod:`sim`, for many nights."""
