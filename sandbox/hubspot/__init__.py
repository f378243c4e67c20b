"""Stand-in of a HubSpot account: CRM objects, search, batches, forms, events, campaigns.

Belongs here: HubSpot's behaviour. Must not: know other vendors or the made-up people.
"""
