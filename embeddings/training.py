"""Training a LoRA adapter (or the whole model) on questions and the passages that answer them.

One step contrasts a batch of questions with their passages in both directions (in-batch softmax, as in sentence-transformers'
MultipleNegativesSymmetricRankingLoss), with three things that its trainer has no place for, which is why the loop is here:
passages that a question may also mean are masked out, questions that nothing answers stand among the passages' negatives, and
general text is held where the model that training began from had it (distillation).
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from embeddings.adapter import CONFIG, PREFIX, WEIGHTS, check_adapter
from embeddings.errors import DependencyMissing, TrainingInvalid
from embeddings.files import sync_tree
from embeddings.general import general_texts
from embeddings.training_plan import MIN_QUESTIONS, Step, TrainingSet, TrainingSettings, confusable, plan
from embeddings.training_state import SAVE_EVERY, digest_of, finish, finished, keep, resumed

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_ALPHA = 2  # times the rank, while training
_TARGETS = ["query", "key", "value", "dense"]
_WARM_SHARE = 0.1  # of the steps, in which the learning rate rises
_CLIP = 1.0
_ENCODE_BATCH = 64
_NEIGHBOURS = 12  # nearest passages of a question that are looked at for hard negatives
_TOO_NEAR = 0.95  # of the right passage's cosine: what comes nearer may answer the question as well

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A finished training: where the adapter (or the whole model) lies, and the loss of each step."""

    folder: Path
    losses: tuple[float, ...]


def train(
    training_set: TrainingSet,
    settings: TrainingSettings,
    *,
    base: Path,
    base_name: str,
    folder: Path,
    adapter: Path | None = None,
    advance: Callable[[int, int], None] = lambda _done, _steps: None,
) -> TrainingRun:
    """Train and leave the adapter in `folder`, in PEFT's format, for the model in `base`; with `settings.full`, the whole model.

    Training starts at `adapter`, where one is given. `advance` is called after each step with the steps done and their
    number. A training that was ended goes on where it was when it is started again with the same set, settings and folder,
    and one that was finished is not done again; the same seed gives the same adapter on the same processor with as many
    threads, and elsewhere one as good (docs/evaluation.md). Uses a GPU where torch sees one. Raises `TrainingInvalid` for a
    set too small, `ModelUnavailable` for an adapter that does
    not fit, and `DependencyMissing` without PEFT.
    """
    _check(training_set, settings)
    import torch

    if adapter is not None:
        check_adapter(adapter, base_name, base)
    digest = digest_of(training_set, settings, adapter)
    if (done_before := finished(folder, digest)) is not None:
        return TrainingRun(folder, tuple(done_before))
    folder.mkdir(parents=True, exist_ok=True)
    texts = general_texts()
    model = _model(base, settings)
    if not settings.full:
        _add_adapter(model, settings, adapter)
    teacher = torch.from_numpy(_encoded(model, texts)).to(model.device)
    steps = plan(training_set, settings, _hard_negatives(model, training_set), len(texts))
    parameters = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, weight_decay=0.01)
    began = [each.detach().clone() for each in parameters] if settings.full else []
    losses = resumed(folder, digest, parameters, optimizer)
    model.train()
    for done in range(len(losses), len(steps)):
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _schedule(done, len(steps))
        step = steps[done]
        loss = _contrast(model, training_set, step, settings)
        if step.general:
            held = _vectors(model, [texts[place] for place in step.general])
            loss = loss + settings.distillation * (1 - (held * teacher[list(step.general)]).sum(dim=1)).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, _CLIP)
        optimizer.step()
        losses.append(float(loss.detach()))
        if len(losses) % SAVE_EVERY == 0:
            keep(folder, digest, parameters, optimizer, losses)
        advance(len(losses), len(steps))
    if settings.full:
        with torch.no_grad():
            for each, before in zip(parameters, began, strict=True):  # as an adapter's scale does, see _write
                each.lerp_(before, 1 - settings.kept)
    _write(model.eval(), base_name, folder, settings, kept=settings.kept if adapter is None else 1.0)
    finish(folder, digest, settings, losses)
    return TrainingRun(folder, tuple(losses))


def _check(training_set: TrainingSet, settings: TrainingSettings) -> None:
    if len(training_set.questions) < MIN_QUESTIONS:
        raise TrainingInvalid(
            f"{len(training_set.questions)} questions are too few to train on", f"Give at least {MIN_QUESTIONS}."
        )
    if not settings.full:
        try:
            import peft  # noqa: F401
        except ImportError:
            raise DependencyMissing("peft", "train") from None


def _model(base: Path, settings: TrainingSettings) -> SentenceTransformer:
    """The model that training starts from, on a GPU where there is one, without dropout.

    Dropout took more than half of a step's time on a processor; what it is for, the drawn views and the distillation do.
    """
    import torch

    from embeddings.torch_encoder import load_sentence_transformer

    model = load_sentence_transformer(base, attention="sdpa")
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    torch.manual_seed(settings.seed)
    return model.to("cuda" if torch.cuda.is_available() else "cpu")


def _encoded(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    return model.encode(list(texts), batch_size=_ENCODE_BATCH, normalize_embeddings=True, show_progress_bar=False)


def _hard_negatives(model: SentenceTransformer, training_set: TrainingSet) -> list[tuple[str, ...]]:
    """For each question, passages that the model takes for near and that do not answer it, nearest first."""
    ids = sorted(training_set.passages)
    places = {id: place for place, id in enumerate(ids)}
    passages = _encoded(model, [training_set.passages[id].text for id in ids])
    scores = _encoded(model, [text for text, _ in training_set.questions]) @ passages.T
    found = []
    for (_, right), row in zip(training_set.questions, scores, strict=True):
        near = [ids[place] for place in np.argsort(-row, kind="stable")[:_NEIGHBOURS].tolist()]
        line = _TOO_NEAR * row[places[right]]
        found.append(tuple(id for id in near if row[places[id]] < line and not confusable(training_set, right, id)))
    return found


def _contrast(
    model: SentenceTransformer, training_set: TrainingSet, step: Step, settings: TrainingSettings
) -> torch.Tensor:
    """The mean of both directions' cross-entropy: question among passages, and passage among questions."""
    import torch

    size = len(step.questions)
    texts = [training_set.questions[place][0] for place in step.questions]
    questions = _vectors(model, [*texts, *(training_set.negatives[place] for place in step.negatives)])
    passages = _vectors(model, [training_set.passages[id].views[view] for id, view in step.passages])
    ids = [id for id, _ in step.passages]
    masked = torch.tensor(
        [[row != column and confusable(training_set, ids[row], ids[column]) for column in range(len(ids))]
         for row in range(size)],
        device=questions.device,
    )  # fmt: skip
    right = torch.arange(size, device=questions.device)
    among_passages = (questions[:size] @ passages.T * settings.scale).masked_fill(masked, -math.inf)
    among_questions = passages[:size] @ questions.T * settings.scale
    among_questions[:, :size] = among_questions[:, :size].masked_fill(masked[:, :size], -math.inf)
    entropy = torch.nn.functional.cross_entropy
    return (entropy(among_passages, right) + entropy(among_questions, right)) / 2


def _vectors(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    import torch

    features = {
        name: each.to(model.device) for name, each in model.preprocess(list(texts)).items() if hasattr(each, "to")
    }
    return torch.nn.functional.normalize(model(features)["sentence_embedding"], dim=1)


def _add_adapter(model: SentenceTransformer, settings: TrainingSettings, adapter: Path | None) -> None:
    """Freeze the model and put a LoRA beside its linear layers, with the weights of `adapter` where one is given."""
    from peft import LoraConfig, set_peft_model_state_dict
    from safetensors.torch import load_file

    model.add_adapter(
        LoraConfig(
            task_type="FEATURE_EXTRACTION",
            r=settings.rank if adapter is None else _config(adapter)["r"],
            lora_alpha=_ALPHA * settings.rank if adapter is None else _config(adapter)["lora_alpha"],
            lora_dropout=0.0,
            target_modules=_TARGETS if adapter is None else _config(adapter)["target_modules"],
        )
    )
    if adapter is not None:
        weights = {name.removeprefix(PREFIX): each for name, each in load_file(adapter / WEIGHTS).items()}
        set_peft_model_state_dict(cast(Any, model[0]).auto_model, weights)


def _schedule(step: int, steps: int) -> float:
    """The share of the learning rate: up from nothing over the first tenth, then down to nothing, both in a line."""
    warm = max(1, round(_WARM_SHARE * steps))
    return (step + 1) / warm if step < warm else (steps - step) / max(1, steps - warm)


def _config(adapter: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((adapter / CONFIG).read_text(encoding="utf-8"))
    return config


def _write(
    model: SentenceTransformer, base_name: str, folder: Path, settings: TrainingSettings, *, kept: float
) -> None:
    """Put the adapter's two files, with the share `kept` of its change, or the whole model, into `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        if settings.full:
            model.save(beside, create_model_card=False)
        else:
            cast(Any, model[0]).auto_model.save_pretrained(beside)
            config = _config(Path(beside))
            config["lora_alpha"] *= kept
            config["base_model_name_or_path"] = base_name  # PEFT notes the path it was loaded from
            config["target_modules"] = sorted(config["target_modules"])  # a set: its order changes from run to run
            (Path(beside) / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        for path in sorted(Path(beside).iterdir()):
            target = folder / path.name
            if target.is_dir():
                shutil.rmtree(target)
            path.replace(target)
    sync_tree(folder)
