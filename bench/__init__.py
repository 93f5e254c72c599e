"""What the service costs beside its analyzer, measured on the same texts in the same run."""
