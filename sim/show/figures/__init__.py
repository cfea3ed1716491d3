"""All figures of a run, one a file of this folder. Each is named by the page on which it stands."""
