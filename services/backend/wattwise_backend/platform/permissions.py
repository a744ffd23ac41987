"""Who comes in at all, by address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from .access import access_of

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView


class NoService(BasePermission):
    """People and their programs, but no service: each of those has its own addresses under /data/."""

    message = "This address is for people. A service's token opens what its jobs need, under /data/."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not access_of(request).is_service
