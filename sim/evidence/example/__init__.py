"""Example data of our own: what a simulated company's CRM would export, with the usual mess planted in it."""
