"""Imports numba: compiles functions to machine code at their first call, and keeps the result on disk.

numba looks only at the file of the function itself when it decides whether what it kept is still right, but the code of
one kernel is compiled into others. So the folder it keeps them in is named after the text of all kernels together.

A tuple of arrays counts references at every use of one of its arrays, and that made the loops thirty times slower. So
`uncounted` and `inlined` do without: such functions must create no array, return none, and assign no slices.

Without counting, tuples of tables are as cheap to pass as the tables one by one.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import config, njit

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
HERE = Path(__file__).parent
KEPT: dict[str, Any] = {"cache": True, "nogil": True}
LOOP: dict[str, Any] = {**KEPT, "_nrt": False}
STEP: dict[str, Any] = {**LOOP, "forceinline": True}


def cache_folder() -> Path:
    """Where the compiled kernels are kept: NUMBA_CACHE_DIR, beside the source, or in the user's own cache."""
    text = b"".join(path.read_bytes() for path in sorted(HERE.glob("*.py")))
    asked = os.environ.get("NUMBA_CACHE_DIR")
    if asked:
        base = Path(asked)
    elif os.access(HERE, os.W_OK):
        base = HERE / "__pycache__"
    else:
        base = Path.home() / ".cache" / "doorstep"
    return base / f"kernels-{sha256(text).hexdigest()[:16]}"


config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function as machine code, which lets other threads run meanwhile; indices are not checked.

    With NUMBA_BOUNDSCHECK=1 in the environment they are.
    """
    return cast("Callable[Parameters, Result]", njit(**KEPT)(function))


def uncounted(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A loop: the same, without counting references."""
    return cast("Callable[Parameters, Result]", njit(**LOOP)(function))


def inlined(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """A step: the same, inside the functions that call it."""
    return cast("Callable[Parameters, Result]", njit(**STEP)(function))
