"""Evidence: published numbers set beside what the simulator computes."""
