"""The source hubspot."""
