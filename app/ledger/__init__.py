"""How what people wrote is kept: sealed, and erasable by destroying one key."""
