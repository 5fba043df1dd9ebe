"""Papers beside the badges: certificates, cards for tables, passes for cars, sheets to sign."""
