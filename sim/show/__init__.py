"""Figures and a report that a sales leader can read. It reads a run folder's files and never the engine."""
