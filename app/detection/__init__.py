"""Text in, facts out. No opinion about what to do."""
