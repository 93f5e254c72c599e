"""The trained reader: the model that ships, the texts that we wrote for it, and the recipe that makes it."""
