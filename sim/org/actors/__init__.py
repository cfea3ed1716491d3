"""Actors: one process or decision of the organization a file. They read and write the state."""
