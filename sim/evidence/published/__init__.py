"""Published facts beside what we say: benchmarks of the field, and what experiments found."""
