"""The scenario: what the user says, joined from files and the command line, validated."""
