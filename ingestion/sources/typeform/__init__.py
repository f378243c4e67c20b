"""The source typeform."""
