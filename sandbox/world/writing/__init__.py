"""How real life writes a true value down: variants, slips, half-filled forms. No vendor shapes."""
