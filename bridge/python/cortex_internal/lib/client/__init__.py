"""The import names that existing predictors use; each is a re-export of the host's own."""
