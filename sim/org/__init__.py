"""The slow clock: the sales organization as SimPy actors, one a file. It calls the pipeline's verbs."""
