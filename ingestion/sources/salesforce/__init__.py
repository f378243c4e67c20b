"""The source salesforce."""
