"""Who interprets where and when."""
