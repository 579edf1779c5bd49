"""The list of what is answered: routes, the reading of bodies, and errors without a trace."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from steepest import LANGUAGES, InputError, SteepestError
from steepest.lab.answers import (
    Makers,
    compare_answer,
    map_answer,
    picture,
    report_answer,
    run_answer,
)
from steepest.lab.function_runs import FunctionRuns
from steepest.lab.gate import RefusalError
from steepest.lab.menu import menu, page_words
from steepest.lab.phrases import paged
from steepest.lab.runs import Runs
from steepest.lab.states import State
from steepest.lab.tables import Tables
from steepest.lab.work import UnwantedError, Work, Works
from steepest.words.catalogue import error_text

STATIC = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
BINARY = "application/octet-stream"
_STATUS = {"lab_busy": 503, "lab_closed": 503, "lab_too_long": 503, "lab_superseded": 409}
_DEEPEST_JSON, _MOST_NUMBERS = 8, 32
Handler = Callable[[Request], Awaitable[Response]]


def static_files() -> dict[str, tuple[Path, str]]:
    """Return the files of the page by path: a fixed table, made once from what lies there."""
    files = [file for file in sorted(STATIC.rglob("*")) if file.suffix in KINDS and file.is_file()]
    return {
        f"/static/{file.relative_to(STATIC).as_posix()}": (file, KINDS[file.suffix])
        for file in files
    }


class Lab:
    """One session: its tables, runs and works, and the application that answers for them."""

    def __init__(self, tables: Tables, first: State, change: str) -> None:
        self.tables, self.first, self.change = tables, first, change
        self.makers, self.works = Makers(Runs(tables), FunctionRuns()), Works()
        self.warming = Work()
        self._drawing = threading.Lock()

    def warm(self) -> None:
        """Make what a page asks for first, while the browser is still starting."""
        body = {"state": self.first.as_dict(), "stage": "full", "have": [], "sequence": 0}
        with contextlib.suppress(SteepestError, UnwantedError):  # told when the page asks
            run_answer({**body, "views": ["fit", "contour", "loss"]}, self.makers, self.warming)

    def close(self) -> None:
        """Call all work off."""
        self.warming.call_off("lab_closed")
        self.works.close()

    def application(self) -> Starlette:
        """Return the application behind the gate."""
        files = static_files()
        routes = [Route(path, _served(*file)) for path, file in files.items()]
        if "/static/index.html" in files:
            routes.append(Route("/", _served(*files["/static/index.html"])))
        if "/static/icon.svg" in files:  # browsers ask for it, whatever the page says
            routes.append(Route("/favicon.ico", _served(*files["/static/icon.svg"])))
        routes += [
            Route("/api/menu", self.get_menu),
            Route("/api/words", get_words),
            Route("/api/run", self.post_run, methods=["POST"]),
            Route("/api/sweep", self.post_sweep, methods=["POST"]),
            Route("/api/compare", self.post_compare, methods=["POST"]),
            Route("/api/export", self.post_export, methods=["POST"]),
            Route("/api/report", self.post_report, methods=["POST"]),
            Route("/api/cancel", self.post_cancel, methods=["POST"]),
            Route("/api/files", self.post_files, methods=["POST"]),
            Route("/api/open", self.post_open, methods=["POST"]),
            Route("/api/upload", self.post_upload, methods=["POST"]),
        ]
        handlers: dict[Any, Any] = {
            HTTPException: _not_here,
            SteepestError: self.refused,
            UnwantedError: _unwanted,
            RefusalError: _cut_off,
            ClientDisconnect: _left,
            Exception: _failed,
        }
        made = Starlette(routes=routes, exception_handlers=handlers)
        made.router.redirect_slashes = False  # a path is in the table or it is not
        return made

    async def get_menu(self, request: Request) -> Response:
        """Answer with everything a page can be set to."""
        return JSONResponse(menu(self.tables, self.change, self.first))

    async def post_run(self, request: Request) -> Response:
        """Answer with a state's run and its pictures."""
        body = checked(await read_body(request))
        work = self.works.newest(body["page"], body["sequence"])
        return await self.worked(request, work, partial(run_answer, body, self.makers, work))

    async def post_sweep(self, request: Request) -> Response:
        """Answer with a map of rates and batch sizes."""
        body = checked(await read_body(request))
        work = self.works.newest(f"{body['page']} sweep", body["sequence"])
        return await self.worked(request, work, partial(map_answer, body, self.makers, work))

    async def post_compare(self, request: Request) -> Response:
        """Answer with several runs on the same axes."""
        body = checked(await read_body(request), many=True)
        work = self.works.newest(f"{body['page']} compare", body["sequence"])
        return await self.worked(request, work, partial(compare_answer, body, self.makers, work))

    async def post_export(self, request: Request) -> Response:
        """Answer with one picture as a file."""
        given = await read_body(request)
        body = checked(given, many=given.get("view") == "compare")
        work, svg = Work(), given.get("format") == "svg"

        def draw() -> bytes:
            shown = picture(body, self.makers, work)
            with self._drawing, tempfile.TemporaryDirectory(prefix="steepest-") as folder:
                file = shown.save(Path(folder) / f"picture.{'svg' if svg else 'png'}")
                return file.read_bytes()

        kind = "image/svg+xml" if svg else "image/png"
        return _file(await self.worked(request, work, draw, kind))

    async def post_report(self, request: Request) -> Response:
        """Answer with the report of a run as a file."""
        body, work = checked(await read_body(request)), Work()

        def write() -> bytes:
            with self._drawing:
                return report_answer(body, self.makers, work)

        return _file(await self.worked(request, work, write, "text/html; charset=utf-8"))

    async def worked(
        self, request: Request, work: Work, call: Callable[[], bytes], kind: str = BINARY
    ) -> Response:
        """Return what ``call`` makes in a thread, called off when the page goes away."""
        content = await self.works.do(work, call, _gone(request))
        return Response(content, media_type=kind)

    async def post_cancel(self, request: Request) -> Response:
        """End a page's work up to a number."""
        body = await read_body(request)
        self.works.cancel(_text(body, "page"), _whole(body, "sequence"))
        return JSONResponse({})

    async def post_files(self, request: Request) -> Response:
        """Answer with the names in a folder below the root."""
        body = await read_body(request)
        return JSONResponse(self.tables.listing(_text(body, "folder")))

    async def post_open(self, request: Request) -> Response:
        """Read a file below the root as a new table."""
        body = await read_body(request)
        target, features = (_names(body, key) for key in ("target", "features"))
        path = _text(body, "path")
        how = _reading({name: _text(body, name) for name in READING})
        return await self._added(request, lambda: self.tables.open(path, target, features, how))

    async def post_upload(self, request: Request) -> Response:
        """Read an uploaded file as a new table."""
        content = await request.body()
        name = request.query_params.get("name", "")
        language = request.query_params.get("lang", "")
        request.state.language = language if language in LANGUAGES else "en"
        how = _reading(request.query_params)
        return await self._added(request, lambda: self.tables.upload(name, content, how))

    async def _added(self, request: Request, read: Callable[[], Any]) -> Response:
        def told() -> bytes:
            return json.dumps({"table": read().as_dict()}, ensure_ascii=False).encode(
                "utf-8", "backslashreplace"
            )

        return await self.worked(request, Work(), told, "application/json")

    async def refused(self, request: Request, error: Exception) -> Response:
        """Tell an error of the library in the page's language, without the server's paths."""
        assert isinstance(error, SteepestError)
        language = getattr(request.state, "language", "en")
        message, remedy = (paged(one, language) for one in error.in_language(language))
        for secret in self.tables.hidden:
            message, remedy = message.replace(secret, ""), remedy.replace(secret, "")
        return _told(error.name, message, remedy, 422, retry_of(error))


READING = ("delimiter", "decimal")


def _reading(given: Mapping[str, str]) -> dict[str, str]:
    """Return how a page wants text to be read, where that is not as usual."""
    return {name: given[name] for name in READING if given.get(name)}


def retry_of(error: SteepestError) -> dict[str, str] | None:
    """Return what a page may send along to read a refused file after all."""
    if error.name == "other_delimiter":
        return {"delimiter": str(error.facts["option"]).strip("'")}
    if error.name == "decimal_sign":
        return {"decimal": str(error.facts["decimal"])}
    return None


def _served(file: Path, kind: str) -> Handler:
    async def serve(request: Request) -> Response:
        return Response(file.read_bytes(), media_type=kind)

    return serve


async def get_words(request: Request) -> Response:
    """Answer with the page's own sentences in a language."""
    language = request.query_params.get("lang", "en")
    if language not in LANGUAGES:
        raise InputError("unknown_language", language=language, known=list(LANGUAGES))
    return JSONResponse(page_words(language))


async def read_body(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request; the language it names is that of errors."""
    try:
        body = json.loads(await request.body(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or not _shallow(body, _DEEPEST_JSON):
        raise InputError("lab_no_json")
    state = body.get("state")
    language = body.get("lang") or (state.get("lang") if isinstance(state, dict) else None)
    request.state.language = language if language in list(LANGUAGES) else "en"
    return body


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _shallow(value: Any, depth: int) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth > 0 and all(_shallow(one, depth - 1) for one in inside)


def checked(body: Mapping[str, Any], *, many: bool = False) -> dict[str, Any]:
    """Return the parts of a request for a run or for several, each of its type."""
    states = body.get("states") if many else [body.get("state")]
    if not isinstance(states, list) or not all(isinstance(one, dict) for one in states):
        raise InputError("lab_no_json")
    x = body.get("x", "epoch")
    return {
        "state": None if many else states[0],
        "states": states,
        "stage": body.get("stage"),
        "page": _text(body, "page"),
        "sequence": _whole(body, "sequence"),
        "view": _text(body, "view"),
        "views": _names(body, "views"),
        "have": _names(body, "have"),
        "rates": _numbers(body, "rates"),
        "batch_sizes": [int(one) for one in _numbers(body, "batch_sizes")],
        "x": x if x in ("epoch", "update", "rows", "seconds") else "epoch",
    }


def _numbers(body: Mapping[str, Any], key: str) -> list[float]:
    value = body.get(key) or []
    if not isinstance(value, list) or len(value) > _MOST_NUMBERS:
        raise InputError("lab_no_json")
    plain = all(isinstance(one, (int, float)) and 0 < one < 1e15 for one in value)
    if not plain or any(isinstance(one, bool) for one in value):
        raise InputError("lab_no_json")
    return [float(one) for one in value]


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key, "")
    if not isinstance(value, str) or len(value) > 4_096:
        raise InputError("lab_no_json")
    return value


def _whole(body: Mapping[str, Any], key: str) -> int:
    value = body.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**53:
        raise InputError("lab_no_json")
    return value


def _names(body: Mapping[str, Any], key: str) -> list[str]:
    value = body.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError("lab_no_json")
    return value


def _file(response: Response) -> Response:
    """Return an answer that a browser keeps as a file and never shows as a page of ours."""
    response.headers["content-disposition"] = "attachment"
    return response


async def _gone(request: Request) -> None:
    """Return when the connection has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _told(
    name: str, message: str, remedy: str, status: int, retry: Mapping[str, str] | None = None
) -> Response:
    told = {"error": {"name": name, "message": message, "remedy": remedy, "retry": retry}}
    return Response(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace"),
        status_code=status,
        media_type="application/json",
    )


def _by_name(name: str, request: Request, status: int) -> Response:
    return _told(name, *error_text(name, {}, getattr(request.state, "language", "en")), status)


async def _not_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = "lab_not_allowed" if error.status_code == 405 else "lab_no_path"
    return _by_name(name, request, error.status_code)


async def _unwanted(request: Request, error: Exception) -> Response:
    assert isinstance(error, UnwantedError)
    return _by_name(error.reason, request, _STATUS[error.reason])


async def _cut_off(request: Request, error: Exception) -> Response:
    """Answer a body that the gate ended half way."""
    assert isinstance(error, RefusalError)
    response = _by_name(error.name, request, error.status)
    response.headers["connection"] = "close"
    return response


async def _left(request: Request, error: Exception) -> Response:
    """Answer nobody: a page that leaves half way is no fault of ours."""
    return _by_name("lab_superseded", request, 409)


async def _failed(request: Request, error: Exception) -> Response:
    return _by_name("lab_failed", request, 500)
