"""Setting many letters of one kind quickly: what they share is laid out once, each file is put together anew."""
