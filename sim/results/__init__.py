"""The run folder: how it is laid out, written and read, and the estimates that every table and sentence is made of."""
