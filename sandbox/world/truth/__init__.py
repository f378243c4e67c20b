"""Who and what really exists: names, companies, people, campaigns. No vendor shapes here."""
