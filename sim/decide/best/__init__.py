"""The best plan within some levers: searched, confirmed under fresh luck, with the deadlines of its requisitions."""
