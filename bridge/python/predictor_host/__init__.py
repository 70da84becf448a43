"""The host: the Python program around a user's predictor class, and the Python end of the bridge."""
