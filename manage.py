#!/usr/bin/env python
"""Django's commands; on a machine without a database, with the local servers of this clone behind them."""

import os
import sys

UNDEFINED_TABLE = "42P01"  # PostgreSQL's code for a relation that does not exist


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
    from django.db import ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as error:
        if getattr(error.__cause__, "pgcode", None) != UNDEFINED_TABLE:
            raise
        print("The database has no tables yet, or old ones: run “manage.py migrate” first.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
