"""State: who sits where and can do what, what market and customers do to them, the organization itself. No actor."""
