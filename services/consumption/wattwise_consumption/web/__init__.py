"""Asking machines by HTTP: guarded, patient, and sure that an answer came whole."""

from .answers import Answer, refusal
from .asking import Question, Web
from .credentials import ApiKey, Basic, Bearer, ClientCredentials, Credentials

__all__ = [
    "Answer", "ApiKey", "Basic", "Bearer", "ClientCredentials", "Credentials", "Question", "Web", "refusal",
]  # fmt: skip
