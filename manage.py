#!/usr/bin/env python
"""Django's commands; on a machine without a database, with the local servers of this clone behind them."""

import os
import sys


def main() -> int:
    """Prepare the environment, then run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if os.environ.get("CRM_PRODUCTION") != "1":
        from scripts import local_servers

        try:
            local_servers.prepare()
        except local_servers.ServersError as error:
            print(error, file=sys.stderr)
            return 1
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
