"""Ask the server on this machine for the start page; ends with 0 if it answers, for health checks of containers.

python -m scripts.healthy
"""

import http.client
import sys

from bihaelt.settings import Settings

PATIENCE = 5.0  # seconds


def main() -> int:
    settings = Settings.from_env()
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers={"Host": settings.host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"healthy: no answer ({error})")
        return 1
    finally:
        connection.close()
    print(f"healthy: {status}")
    return 0 if status < 500 else 1


if __name__ == "__main__":
    sys.exit(main())
