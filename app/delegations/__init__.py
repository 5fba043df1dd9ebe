"""Invited delegations, registration, delegates, accreditation."""
