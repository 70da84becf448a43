"""The objects that a predictor's constructor may ask for."""
