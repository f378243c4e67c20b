"""The source card_files."""
