"""Draws one Mermaid diagram in a process of its own, which its parent kills when it takes too long.

``python -m arvae_desktop.services.diagram_worker``: a JSON object ``{"source", "dark", "background"}`` on
standard input; on standard output ``{"svg", "png"}`` (base64) or ``{"error"}``.
"""

from __future__ import annotations

import base64
import contextlib
import json
import sys
from typing import Any

from arvae_desktop.services.svg_cleaning import clean_svg

_MAX_PIXELS = 16_000_000
_SCALE = 2.0  # sharp on dense screens
_MEMORY_BYTES = 2 * 1024**3
_CPU_S = 20
_CONFIG = {"securityLevel": "strict", "secure": ["securityLevel", "secure", "maxTextSize", "maxEdges"]}


def main() -> int:
    """Read a request, answer it."""
    _limit_resources()
    request = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # whatever a library says, the answer stays JSON
        answer = _draw(request)
    json.dump(answer, sys.stdout)
    return 0


def _draw(request: dict[str, Any]) -> dict[str, str]:
    import mermaidx  # noqa: PLC0415  (only here, in the process that it is meant for)
    from mermaidx.raster import render_png  # noqa: PLC0415

    try:
        theme = "dark" if request["dark"] else "default"
        drawn: str = mermaidx.render(request["source"], theme=theme, config=_CONFIG).svg()
        # Before anything else reads it: the renderer below might load what it names, too.
        svg = clean_svg(drawn)
        png = render_png(svg, background=request["background"], **_size(svg))
    except Exception as error:  # noqa: BLE001  (whatever a diagram does to the libraries, it is told)
        return {"error": str(error) or type(error).__name__}
    return {"svg": svg, "png": base64.b64encode(png).decode()}


def _size(svg: str) -> dict[str, float]:
    """Twice the diagram's own size, or less for one that is huge."""
    import novasvg  # noqa: PLC0415

    document = novasvg.Document.load_from_data(svg)
    pixels = max(1.0, document.width * document.height)
    return {"scale": min(_SCALE, (_MAX_PIXELS / pixels) ** 0.5)}


def _limit_resources() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows; not below a lower limit
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


if __name__ == "__main__":
    sys.exit(main())
