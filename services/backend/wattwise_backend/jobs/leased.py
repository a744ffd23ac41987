"""Views whose bodies only the holder of a job's lease may send."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from rest_framework.request import Request

from wattwise_backend.platform.views import DataView
from wattwise_contract.jobs import JobKind

from . import leases


class LeasedView(DataView):
    """`leased` says of a method for which kinds of jobs its bodies are. Without the lease of one nothing of the body is
    read; that the lease is held until the end of the write is still the operation's to ensure (`leases.fence`)."""

    leased: ClassVar[Mapping[str, Collection[JobKind]]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        method = str(request.method)
        if hasattr(self, method.lower()) and (kinds := self.leased.get(method)):
            leases.check(request, kinds)
