"""What goes wrong on a page without anybody seeing it."""

import contextlib

# Playwright calls it a failure when a page is left, or a part of it asked anew, before an answer came.
GIVEN_UP = "net::ERR_ABORTED"


class Watch:
    """Notes errors in the console, errors of scripts, refusals of the content policy, failed and foreign requests."""

    def __init__(self, origin):
        self.origin = origin
        self.faults = []

    def over(self, context):
        """Watch every page of a browser context from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note("script error", error.page, error.error))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    @contextlib.contextmanager
    def expecting(self, *words):
        """Faults that name one of the words are meant to happen in the block; at least one of them must."""
        before = len(self.faults)
        yield
        meant = [fault for fault in self.faults[before:] if any(word in fault for word in words)]
        assert meant, f"expected a fault with {words}"
        self.faults[before:] = [fault for fault in self.faults[before:] if fault not in meant]

    def _note(self, kind, page, text):
        self.faults.append(f"{kind} on {page.url.removeprefix(self.origin) if page else '?'}: {text}")

    def _console(self, message):
        # What a refused request leaves in the console is noted by its answer, with its address.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._note(f"console {message.type}", message.page, message.text)

    def _request(self, request):
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.faults.append(f"foreign request: {request.url}")

    def _failed(self, request):
        if request.failure != GIVEN_UP:
            self.faults.append(
                f"failed request: {request.method} {request.url.removeprefix(self.origin)} {request.failure}"
            )

    def _response(self, response):
        if response.status >= 400:
            place = response.url.removeprefix(self.origin)
            self.faults.append(f"answer {response.status}: {response.request.method} {place}")
