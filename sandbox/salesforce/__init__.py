"""Stand-in of a Salesforce org: sign-in, REST, SOQL, collections, Bulk API 2.0, record pages.

Belongs here: Salesforce's behaviour. Must not: know other vendors or the made-up people.
"""
