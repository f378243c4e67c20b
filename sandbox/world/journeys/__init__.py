"""What people do over the weeks and what sales does with them. No vendor shapes here."""
