"""The table of addresses as OpenAPI, for programs that send files and for tests that attack the portal."""

from typing import Any

from pipeline.definitions import Definitions
from pipeline.portal.auth.sessions import ANYONE, TOKEN
from pipeline.portal.request_body import MULTIPART, URLENCODED
from pipeline.portal.routes import ENDPOINTS, POST, Endpoint
from pipeline.portal.services import LANGUAGES

FILE = "fil"
_NAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "version:int": ("version", {"type": "integer", "minimum": 1}),
    "path:path": ("path", {"type": "string"}),
}
_PAGE = {"text/html": {"schema": {"type": "string"}}}
_REFUSED = {
    "400": "What was sent cannot be read",
    "403": "No session of the right sort, or a form that is not ours",
    "404": "There is no such thing",
    "405": "The address is not asked so",
    "408": "It did not arrive in time",
    "409": "Something has changed meanwhile",
    "413": "Too large",
    "421": "The portal has another name",
    "415": "Another kind of content is asked for",
    "422": "What was sent cannot be taken in as it is",
    "429": "Too often",
    "500": "Something of ours is damaged",
    "503": "Too many wait, or the service is not well",
    "507": "The disk is nearly full",
}


def description(definitions: Definitions, address: str) -> dict[str, Any]:
    """The description of the portal (OpenAPI 3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        path = endpoint.path
        for written, (name, _) in _NAMES.items():
            path = path.replace(f"{{{written}}}", f"{{{name}}}")
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    title = definitions.survey.short_title[LANGUAGES[0]]
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}: portal", "version": "1"},
        "servers": [{"url": address}],
        "paths": paths,
        "components": {
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "samletall"}}
        },
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    summary = (endpoint.respond.__doc__ or "").strip().partition("\n")[0]
    room = endpoint.respond.__module__.rpartition(".")[2]
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()}_{room}_{endpoint.respond.__name__}",
        "summary": summary,
        "parameters": [_parameter(part[1:-1]) for part in endpoint.path.split("/") if part.startswith("{")],
        "responses": {
            "200": {"description": "A page or a file", "content": {"*/*": {"schema": {}}}},
            "303": {"description": "Done; look there"},
            **{status: {"description": why, "content": _PAGE} for status, why in _REFUSED.items()},
        },
        "security": [] if endpoint.role == ANYONE else [{"session": []}],
    }
    if endpoint.method == POST:
        operation["requestBody"] = _body(endpoint)
    return operation


def _parameter(written: str) -> dict[str, Any]:
    name, schema = _NAMES.get(written, (written, {"type": "string"}))
    if name == "lang":
        schema = {"type": "string", "enum": list(LANGUAGES)}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _body(endpoint: Endpoint) -> dict[str, Any]:
    fields: dict[str, Any] = {
        name: {"type": "string", "description": why} for name, why in endpoint.fields.items()
    }
    if endpoint.role != ANYONE:
        fields[TOKEN] = {"type": "string", "description": "the token of the session, from any page of it"}
    if endpoint.takes_file:
        fields[FILE] = {"type": "string", "format": "binary"}
    schema: dict[str, Any] = {"type": "object", "properties": fields}
    if endpoint.takes_answers:
        schema["additionalProperties"] = {"type": "string"}
    return {
        "required": True,
        "content": {MULTIPART if endpoint.takes_file else URLENCODED: {"schema": schema}},
    }
