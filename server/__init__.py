"""The reference ingest server: durable, resumable, observable. It stands alone."""
