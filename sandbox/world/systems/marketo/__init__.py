"""The Marketo instance of the world, one module per kind of record."""
