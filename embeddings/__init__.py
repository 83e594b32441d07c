"""From text to the nearest documents: the encoder, its vector cache, and the saved index of vectors and words.

Import from the modules (`embeddings.encoder`, `embeddings.cache`, `embeddings.index`, `embeddings.errors`): importing the
package alone loads nothing, so that `assistant.errors` stays light. Nothing here knows of articles or questions.
"""

import os

# ONNX Runtime notes every session in a database below the home folder and sends it to its maker, and the Hugging Face
# libraries count downloads. Both read these when they are imported; ONNX Runtime's own call to stop comes too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# A question's products are too small to share out, yet OpenBLAS's second thread would spin between them: a third of all
# processor time under load. Read when numpy is imported; what the user set stands.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
