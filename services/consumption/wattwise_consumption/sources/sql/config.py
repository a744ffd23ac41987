"""What the SQL source may be told."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator

Day = Annotated[date | None, BeforeValidator(lambda text: text or None)]


class SqlSettings(BaseModel):
    """A database and a query."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str = Field(
        min_length=1,
        title="Database",
        description="postgresql://user@host:5432/name, mysql://user@host:3306/name or sqlite:////folder/file.db, without "
        "the password.",
    )
    password: SecretStr = Field(default=SecretStr(""), title="Password")
    query: str = Field(
        min_length=1,
        title="Query",
        description="A SELECT with a column of times, one of values and, for several meters, one of their keys. :since "
        "stands for the newest time that was fetched before: SELECT meter, at, kwh FROM readings WHERE at > :since",
    )
    newest_column: str = Field(
        default="", title="Column that grows",
        description="Whose highest value the next fetch goes on from as :since: the time, or a number that only grows.",
    )  # fmt: skip
    start: Day = Field(default=None, title="From", description="What :since is the first time. Empty: the beginning.")
    most_seconds: int = Field(
        default=600, ge=1, le=86_400, title="Seconds that the query may take", json_schema_extra={"x-group": "advanced"}
    )

    @field_validator("query")
    @classmethod
    def _only_reads(cls, query: str) -> str:
        words = query.strip().rstrip(";").strip()
        if words.split(maxsplit=1)[0].lower() not in ("select", "with") or ";" in words:
            raise ValueError("the query has to be one SELECT (or WITH … SELECT)")
        return words
