"""Arrays of JAX that numpy's functions take, so that update rules are written once."""

from __future__ import annotations

from typing import Any

from numpy.lib.mixins import NDArrayOperatorsMixin

from steepest.programs.compiling import jax_module


class Traced(NDArrayOperatorsMixin):
    """An array of JAX on which operators and numpy's elementwise functions act as on numpy's own.

    An update rule calls ``np.sqrt``; numpy hands it on to here, and JAX computes it.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        plain = [one.value if isinstance(one, Traced) else one for one in inputs]
        return Traced(getattr(jax_module().numpy, ufunc.__name__)(*plain))
