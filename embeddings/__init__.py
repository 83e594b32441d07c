"""From text to the nearest documents: the encoder, its vector cache, and the saved index of vectors and words.

Import from the modules (`embeddings.encoder`, `embeddings.cache`, `embeddings.index`, `embeddings.errors`): importing the
package alone loads nothing, so that `assistant.errors` stays light. Nothing here knows of articles or questions.
"""
