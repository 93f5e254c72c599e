"""The recipe: how the reader is made, from data to card. Needs the `train` dependency group."""
