"""What the processor of this machine can do, as far as it decides which int8 model is exact on it."""

from __future__ import annotations

import platform
import re
from functools import cache
from pathlib import Path


@cache
def processor_class() -> str:
    """A short name for processors that treat int8 alike: `x86-vnni`, `x86` (saturates in int8) or `arm`.

    Where the flags cannot be read (Windows, Intel Macs) the careful answer `x86` is given.
    """
    if platform.machine().lower() not in {"x86_64", "amd64", "i386", "i686"}:
        return "arm" if re.match(r"arm|aarch", platform.machine().lower()) else "other"
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return "x86"
    return "x86-vnni" if re.search(r"\b(avx512_vnni|avx_vnni)\b", flags) else "x86"


def saturates_int8() -> bool:
    """Whether sums of int8 products can overflow, so that weights must be quantised to 7 bits."""
    return processor_class() in {"x86", "other"}
