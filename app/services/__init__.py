"""The verbs: what Porchlight does, over ports that storage and detection fill."""
