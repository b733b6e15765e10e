"""The portal's addresses and one that does nothing behind the same middleware."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def empty(request: HttpRequest) -> JsonResponse:
    return JsonResponse({})


urlpatterns = [path("api/v1/empty", empty), path("", include("portal.urls"))]
