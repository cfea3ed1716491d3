"""The schema: every key that a scenario may give, read off the nouns; for errors, editors and the page of keys."""
