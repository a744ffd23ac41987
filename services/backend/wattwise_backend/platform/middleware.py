"""What every answer carries, and where a request came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# The only page that the backend itself shows is the API's documentation, whose scripts are files of ours.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def content_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Add a strict content security policy, and keep what people see out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def client_address(request: HttpRequest) -> str:
    """The address of the client: the web server in front is trusted for its own last entry, nobody else's word is."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
    return forwarded if forwarded and remote in ("127.0.0.1", "::1", "") else remote
