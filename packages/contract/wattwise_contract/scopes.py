"""What a token may do. A person's token carries some of the first six; each service has its own."""

from enum import StrEnum


class Scope(StrEnum):
    READ = "read"  # everything in the token's organization, through /api/ and /data/
    IMPORT = "import"  # start imports, push readings, change consumers and meters
    JOBS = "jobs"  # start, cancel and retry jobs
    ADMIN = "admin"  # members, tokens, settings
    OPERATE = "operate"  # the whole platform: every organization, services
    SCHEDULE = "schedule"  # the scheduler's
    WORK_CONSUMPTION = "work:consumption"
    WORK_AGGREGATION = "work:aggregation"
    WORK_CLUSTERING = "work:clustering"
    WORK_FORECASTING = "work:forecasting"


# What people's own tokens are made of. Addresses under /api/ are for these alone; a service has no business there.
PEOPLES = frozenset({Scope.READ, Scope.IMPORT, Scope.JOBS, Scope.ADMIN, Scope.OPERATE})

SERVICE_SCOPES: dict[str, tuple[Scope, ...]] = {
    "scheduler": (Scope.SCHEDULE,),
    "consumption": (Scope.WORK_CONSUMPTION,),
    "aggregation": (Scope.WORK_AGGREGATION,),
    "clustering": (Scope.WORK_CLUSTERING,),
    "forecasting": (Scope.WORK_FORECASTING,),
    "operator": (Scope.READ, Scope.IMPORT, Scope.JOBS, Scope.ADMIN, Scope.OPERATE),
}
