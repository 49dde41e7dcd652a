"""The client: everything that a polling station's app and its crew do, written once, without IO."""
