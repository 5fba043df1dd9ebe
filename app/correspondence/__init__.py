"""Letters, the outgoing register, approval, despatch, replies."""
