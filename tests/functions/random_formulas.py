"""Random formulas for laws."""

from __future__ import annotations

from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.integers(0, 9).map(str),
    st.decimals("0.001", "99", places=3, allow_nan=False).map(lambda d: f"{d}"),
)
LEAVES = st.one_of(NUMBERS, st.sampled_from(["x", "y", "x1", "pi", "e"]))


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    both = st.tuples(inner, inner)
    return st.one_of(
        both.map(" + ".join),
        both.map(" - ".join),
        both.map("*".join),
        both.map(lambda p: f"({p[0]})*({p[1]})"),
        both.map(lambda p: f"({p[0]})/({p[1]} + 7.3)"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"-{t}"),
        st.tuples(inner, st.integers(0, 3)).map(lambda p: f"({p[0]})**{p[1]}"),
        st.tuples(st.sampled_from(["sin", "cos", "tanh", "atan"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
    )


TEXTS = st.recursive(LEAVES, grown, max_leaves=8).map(lambda text: f"{text} + 0*x")
