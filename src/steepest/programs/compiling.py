"""JAX, imported when first needed, in float64 without touching anybody's settings.

Everything runs inside :func:`float64`, which is a setting of the running thread for as long as
the block lasts: a caller who works in JAX's default float32 finds it as it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, cast

from steepest.words.errors import InputError

# Measured on a 64-32-1 network in float64, batches of 128: 26 % less time an epoch than with the
# compiler's own choice of 256 bits. Compilers that do not know the option go without.
_OPTIONS = {"xla_cpu_prefer_vector_width": 512}


def jax_module() -> Any:
    """Return JAX.

    Raises
    ------
    InputError
        If it is not installed, saying what to install.
    """
    try:
        import jax
    except ImportError:
        raise InputError("needs_extra", package="jax", extra="autodiff") from None
    return jax


def float64() -> AbstractContextManager[Any]:
    """Return the context in which JAX computes in float64; it ends with the block."""
    jax = jax_module()
    if hasattr(jax, "enable_x64"):
        make = jax.enable_x64
    else:  # older ones
        make = import_module("jax.experimental").enable_x64
    return cast("AbstractContextManager[Any]", make(True))


class Compiled:
    """A function of arrays, compiled once for each set of shapes; ``seconds`` says what that took.

    >>> double = Compiled(lambda x: 2 * x)
    >>> with float64():
    ...     float(double(1.5))
    3.0
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.seconds = 0.0
        self._jitted = jax_module().jit(function)
        self._made: dict[Any, Any] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Return the function of arguments, compiled now if these shapes are new."""
        return self.prepared(*arguments)(*arguments)

    def prepared(self, *arguments: Any) -> Any:
        """Return the compiled form for arguments of these shapes, without running it."""
        leaves, tree = jax_module().tree.flatten(arguments)
        key = (tree, *((getattr(one, "shape", ()), str(_dtype(one))) for one in leaves))
        if key not in self._made:
            started = time.perf_counter()
            lowered = self._jitted.lower(*arguments)
            try:
                self._made[key] = lowered.compile(compiler_options=_OPTIONS)
            except RuntimeError:  # an option this compiler does not know
                self._made[key] = lowered.compile()
            self.seconds += time.perf_counter() - started
        return self._made[key]


def _dtype(value: Any) -> Any:
    return value.dtype if hasattr(value, "dtype") else type(value)
