"""The nouns of Porchlight, as frozen values. Standard library only."""
