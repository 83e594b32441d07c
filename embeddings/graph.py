"""ONNX graphs of sentence-transformers models: written by torch, fused and made smaller by ONNX Runtime's tools.

For the process that exports (`embeddings.export`): what serves loads the finished graph and none of this.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.sample import SAMPLE

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_OPSET = 17
_SLOW_FUSIONS = ["SkipLayerNormFusion"]
"""Its operator takes twice the time of the two that it stands for (ONNX Runtime 1.32, AVX2)."""


class NotExportable(Exception):
    """The model runs in torch but has no faithful ONNX twin."""


def write(model: SentenceTransformer, path: Path) -> None:
    """The whole model as one graph: token ids in, unit vectors out; any batch size and length. Raises NotExportable."""
    import torch

    example = dict(model.tokenizer(list(SAMPLE[:2]), padding=True, return_tensors="pt"))
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example]
    if any(getattr(module, "include_prompt", True) is False for module in model):
        raise NotExportable("its pooling leaves the prompt out, which depends on the text")

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features: dict[str, Any] = dict(zip(names, inputs, strict=True))
            for module in self.model:
                features = module(features)
            return torch.nn.functional.normalize(features["sentence_embedding"], p=2, dim=1)

    axes = {name: {0: "batch", 1: "length"} for name in names} | {"vector": {0: "batch"}}
    try:
        with torch.no_grad():
            torch.onnx.export(
                Graph(),
                tuple(example[name] for name in names),
                path,
                input_names=names,
                output_names=["vector"],
                dynamic_axes=axes,
                opset_version=_OPSET,
                dynamo=False,
            )
    except Exception as error:  # the exporter raises whatever the model's code raises
        raise NotExportable(f"torch cannot export it ({type(error).__name__})") from error


def fuse_attention(model: SentenceTransformer, source: Path, target: Path) -> None:
    """Make one operator of each attention that is recognised: a third of the operators, an eighth less time for a question.

    A graph of another kind comes out much as it went in; whether the outcome is faithful is for the caller to check.
    """
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    sizes = getattr(model[0].auto_model, "config", None)
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # it would fix the types of the inputs
    options.enable_skip_layer_norm = options.enable_bias_skip_layer_norm = False  # see _SLOW_FUSIONS
    fused = optimizer.optimize_model(
        str(source),
        "bert",
        num_heads=getattr(sizes, "num_attention_heads", 0),
        hidden_size=getattr(sizes, "hidden_size", 0),
        optimization_options=options,
        opt_level=0,
    )
    fused.save_model_to_file(str(target))


def quantise(source: Path, target: Path, *, seven_bits: bool) -> None:
    """The graph with weights in int8, one scale a column; with `seven_bits` for processors that saturate."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        per_channel=True,
        reduce_range=seven_bits,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},  # of what fused operators give, which has no known type
    )


def optimise(source: Path, target: Path) -> None:
    """Fuse what else can be fused once, so that a start does not: the outcome is to be loaded as it stands."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(
        str(source), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW_FUSIONS
    )
