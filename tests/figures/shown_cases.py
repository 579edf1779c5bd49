"""What the tests draw: the start of the lecture notes, hostile names, a case for each kind."""

from __future__ import annotations

START = (0.4967141530112327, -0.13826430117118466)
# A column's name may be anything: markup, a formula, control characters.
HOSTILE = ('<script>alert("1")</script> & id="x"', r"$\frac{a}{$", "\x1b[31mred\u202e", "plain")

# Kind -> the runs and options that show it.
SHOWN: dict[str, list[tuple[tuple[str, ...], dict[str, object]]]] = {
    "loss": [
        (("batch",), {}),
        (("stochastic",), {"smoothing": 0.9}),
        (("batch", "mini-batch", "stochastic"), {"x": "rows"}),
        (("diverged",), {}),
        (("coarse-to-fine",), {"x": "update"}),
        (("several",), {"x": "seconds", "scale": "linear"}),
    ],
    "gradient": [(("batch",), {}), (("batch", "stochastic"), {"smoothing": 0.5})],
    "layers": [(("network",), {})],
    "backpropagation": [(("network",), {}), (("classes",), {"at": "end"})],
    "comparison": [(("batch", "mini-batch", "stochastic"), {})],
    "rates": [(("batch",), {}), (("several",), {"rates": (0.01, 0.1, 1.5), "epochs": 12})],
    "divergence": [(("diverged",), {})],
    "contour": [
        (("batch", "mini-batch", "stochastic"), {}),
        (("several",), {"plane": "path"}),
        (("several",), {"plane": "curvature", "through": "start"}),
        (("two targets",), {"names": ("plain:z", "plain:y")}),
        (("diverged",), {}),
        (("network",), {}),
    ],
    "surface": [
        (("batch", "stochastic"), {}),
        (("several",), {"through": "end"}),
        (("classes",), {"plane": "path"}),
    ],
    "sections": [
        (("batch",), {"step": 0.12}),
        (("several",), {"at": "optimum", "names": ("plain", "intercept")}),
        (("exhaustive",), {}),
    ],
    "steps": [(("batch",), {}), (("several",), {"rates": (0.1, 1.3)})],
    "secant-error": [(("batch",), {}), (("several",), {"names": ("plain",)})],
    "scaling": [(("batch", "bad", "standardized"), {}), (("several",), {"steps": 5})],
    "regimes": [(("batch",), {}), (("several",), {"rate": 0.9})],
    "spectrum": [(("batch",), {"rate": 0.6}), (("several",), {})],
    "search": [(("exhaustive",), {}), (("coarse-to-fine",), {})],
    "boxes": [(("coarse-to-fine",), {})],
    "fit": [(("batch",), {}), (("two targets",), {"target": "z"}), (("network",), {})],
    "residuals": [(("batch",), {}), (("two targets",), {}), (("network",), {})],
}
CASES = [(kind, *case) for kind, cases in SHOWN.items() for case in cases]
NAMES = [f"{kind}-{'+'.join(names)}" for kind, names, _ in CASES]
