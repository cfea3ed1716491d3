"""The commands, one a file: each has ``main(request)``, which does the work, prints, and returns the exit code."""
