"""Re-tierings that die: reads lines of a day and a number, and kills a process at that many statements into the run.

Started by test_retier_killed in a process of its own; answers each line with how the process ended.
"""

import os
import signal
import sys
from datetime import date

import django


def run(day: str, statements: int) -> None:
    """Re-tier, and be gone at the given statement, before it is sent or while the server works on it."""
    from django.db import connection

    from tiering.services.retier import retier

    left = statements

    def count(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        retier(as_of=date.fromisoformat(day))


def main() -> None:
    """One child a line."""
    django.setup()
    for line in sys.stdin:
        day, statements = line.split()
        child = os.fork()
        if child == 0:
            run(day, int(statements))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended with {status}", flush=True)


if __name__ == "__main__":
    main()
