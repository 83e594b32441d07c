"""Training the encoder on questions: what to learn from, what it is worth, and whose adapter serves. The loop is `embeddings.training`."""
