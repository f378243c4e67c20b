"""The source campaign_spend."""
