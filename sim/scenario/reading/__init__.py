"""Reading: files and overrides joined into one scenario, with where each key was written."""
