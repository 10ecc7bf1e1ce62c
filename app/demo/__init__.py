"""A region-day of Hangzhou in which nobody is real, and the client that loads it through the public API."""
