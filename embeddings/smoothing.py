"""Graphs made ready for int8: what is uneven in the activations is moved into the weights (Xiao et al., 2022, SmoothQuant).

ONNX Runtime rounds all of a layer's input with one scale, which a few large columns decide; the others then lose most of
their digits. Here each column of an input is divided by a factor and the weights it meets are multiplied by it: the product
is the same, the columns are alike, and weights, which have a scale for each of their columns, bear what is uneven better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

    Floats = NDArray[np.float32]

MOVED = 0.7
"""How much of the unevenness is moved, as a power: 0 leaves all in the activations, 1 all in the weights.

On the shipped model with its adapter, the mean cosine of the development questions' vectors to the original's is 0.9918
without, 0.9957 at 0.6, 0.9973 at 0.7 and 0.9971 at 0.8; 7-bit weights go from 0.9906 to 0.9958."""
_LEAST = 1e-5  # of a column's size: one that is always zero has no factor
_LAYERS = ("MatMul", "Attention")  # that are rounded to int8; the second is a fused one, with weights in the same place


def smooth(source: Path, target: Path, examples: Iterable[Mapping[str, NDArray[Any]]]) -> None:
    """The graph in `source` with its layers' inputs smoothed, as `examples` (inputs of the graph by name) show them.

    It computes the same, but for one multiplication more before each layer.
    """
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(source)
    weights = {each.name: each for each in model.graph.initializer}
    layers = _layers(model, weights)
    if not layers:  # the runtime would take no names for all
        onnx.save(model, target)
        return
    largest = _largest(model, sorted({layer.input[0] for layer in layers}), examples)
    nodes: list[NodeProto] = []
    outputs = {layer.output[0] for layer in layers}
    for node in model.graph.node:
        if node.output and node.output[0] in outputs:
            weight = numpy_helper.to_array(weights[node.input[1]])
            factors = _factors(largest[node.input[0]], weight)
            divisors = numpy_helper.from_array(1 / factors, f"{node.output[0]}_divisors")
            model.graph.initializer.append(divisors)
            weights[node.input[1]].CopyFrom(numpy_helper.from_array(weight * factors[:, None], node.input[1]))
            smoothed = f"{node.output[0]}_smoothed"
            nodes.append(helper.make_node("Mul", [node.input[0], divisors.name], [smoothed], name=smoothed))
            node.input[0] = smoothed
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, target)


def _layers(model: ModelProto, weights: Mapping[str, TensorProto]) -> list[NodeProto]:
    """The products with a constant matrix of their own: one that two layers share cannot be scaled for either."""
    uses = Counter(name for node in model.graph.node for name in node.input)
    return [
        node
        for node in model.graph.node
        if node.op_type in _LAYERS
        and (weight := weights.get(node.input[1])) is not None
        and len(weight.dims) == 2
        and uses[weight.name] == 1
    ]


def _largest(
    model: ModelProto, names: Sequence[str], examples: Iterable[Mapping[str, NDArray[Any]]]
) -> dict[str, Floats]:
    """The largest absolute value of each column of the tensors `names`, over all examples: shape (columns,) each."""
    import onnxruntime
    from onnx import ModelProto, TensorProto, helper

    probe = ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = [entry.name for entry in session.get_inputs()]
    found: dict[str, Floats] = {}
    for example in examples:
        outputs: list[Any] = session.run(list(names), {name: example[name] for name in inputs})
        for name, values in zip(names, outputs, strict=True):
            columns = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0)
            found[name] = np.maximum(found[name], columns) if name in found else columns
    return found


def _factors(largest: Floats, weight: Floats) -> Floats:
    """What each column of an input is divided by, from its largest value and that of the row of the weights it meets."""
    rows = np.abs(weight).max(axis=1)
    factors: Floats = np.maximum(largest, _LEAST) ** MOVED / np.maximum(rows, _LEAST) ** (1 - MOVED)
    return factors.astype(np.float32)
