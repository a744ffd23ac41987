"""Print deploy/.env with fresh secrets: `python3 deploy/make_env.py > deploy/.env`. Needs only Python."""

import json
import secrets
import sys

SERVICES = ("scheduler", "consumption", "aggregation", "clustering", "forecasting", "operator")


def environment(public_url: str) -> dict[str, str]:
    """Return every variable that compose.yaml asks for; each call makes new secrets."""
    tokens = {service: f"ww_{secrets.token_urlsafe(32)}" for service in SERVICES}
    login = {"email": "owner@wattwise.local", "password": secrets.token_urlsafe(12)}
    return {
        "PUBLIC_URL": public_url,
        "DATABASE_PASSWORD": secrets.token_urlsafe(24),
        "REDIS_PASSWORD": secrets.token_urlsafe(24),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIRST_LOGIN": json.dumps(login, separators=(",", ":")),
        "SERVICE_TOKENS": json.dumps(tokens, separators=(",", ":")),
        **{f"{service.upper()}_TOKEN": token for service, token in tokens.items()},
    }


def main() -> None:
    public_url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    for name, value in environment(public_url).items():
        sys.stdout.write(f"{name}='{value}'\n")


if __name__ == "__main__":
    main()
