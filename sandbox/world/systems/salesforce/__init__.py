"""The Salesforce org of the world, one module per kind of record."""
