"""Rules: small pure functions, each written once, compiled where the loop needs them."""
