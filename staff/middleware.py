"""The bank day, the language and the person of a request."""

from django.urls import reverse
from django.utils import timezone, translation


class WorkdayMiddleware:
    """Sets `request.today` (bank day, Asia/Shanghai), the person's language, and closes the door on leavers.

    The only place where a page's day is read from the clock; everything below takes it as an argument.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.today = timezone.localdate()
        user = request.user
        if user.is_authenticated:
            user.on = request.today
            language = user.language
        else:
            language = request.COOKIES.get("language", "")
        translation.activate(language if language in {"zh-hans", "en"} else "zh-hans")
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if user.is_authenticated:
            # Customers' data must not stay in a shared machine's cache.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PlainAddressMiddleware:
    """Takes the character NUL out of addresses: the database stores none, so that nothing can be found by it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", ""):
            asked = request.GET.copy()
            for name, values in request.GET.lists():
                asked.setlist(name, [value.replace("\x00", "") for value in values])
            asked._mutable = False
            request.GET = asked
        return self.get_response(request)


class AdminStyleMiddleware:
    """Django admin writes a few style attributes: allow them there, and nowhere else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            response._csp_update = {"style-src": "'unsafe-inline'"}
        return response
