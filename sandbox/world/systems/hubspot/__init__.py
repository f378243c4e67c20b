"""The HubSpot portal of the world, one module per kind of record."""
