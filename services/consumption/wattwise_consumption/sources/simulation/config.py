"""What a simulation may be told."""

from pydantic import BaseModel, ConfigDict, Field

from wattwise_contract.message import UtcDatetime


class SimulationConfig(BaseModel):
    """`until` is where it ends: now, if it is not given."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    homes: int = Field(default=60, ge=1, le=5_000)
    seed: int = Field(default=1, ge=0)
    days: int = Field(default=366, ge=2, le=3_700)
    until: UtcDatetime | None = None
