"""The same core and the same chains on an in-memory store and a simulated clock: nothing real is touched."""
