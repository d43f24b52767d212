"""Rows of large files are read, judged and sealed by processes beside the load, which only hands on what they made.

A process gets a chunk of rows over a pair of sockets and gives back lines for COPY. It knows neither the database nor
the settings, and ends when the load does, however that ends. Chunks come back in the order in which they were given,
and are the same as without it: a chunk whose process died is read here.
"""

import logging
import os
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Pipe
from queue import SimpleQueue

from django.conf import settings

from customers.rules.chunks import Recipe, key_lines

# So many rows must be left to read for it to pay: a process takes half a second to begin.
WORTH_ROWS = 20_000
# More than these, and handing rows out is what takes the time.
MOST = 4
PROGRAM = "import sys; from customers.rules.chunks import serve; serve(int(sys.argv[1]))"

logger = logging.getLogger(__name__)


def processors():
    """How many processors this process may use, as far as the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Readers:
    """Whoever reads the rows of one file: this process, after `start` others beside it."""

    def __init__(self, header, columns, *, own, on):
        self.header = header
        self.recipe = Recipe(
            header.layout.kind,
            tuple(column and column.name for column in header.columns),
            tuple(columns),
            on,
            settings.FIELD_KEY,
            settings.INDEX_KEY,
        )
        # How a field of the bank's own is read stands in the database.
        self.alone = bool(own)
        self.children, self.threads, self.closed = [], None, False
        self.idle, self.waiting = SimpleQueue(), deque()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.closed = True
        for child, _link in self.children:
            child.kill()
        if self.threads:
            self.threads.shutdown(cancel_futures=True)
        for child, link in self.children:
            child.wait()
            link.close()

    def start(self):
        """Let others read from now on, as many as there are processors; nothing on a machine with one."""
        number = min(processors(), MOST)
        if self.threads or self.alone or number < 2:
            return
        try:
            for _child in range(number):
                self._hire()
        except OSError:
            logger.warning("no process could be started; rows are read in this one", exc_info=True)
            self.alone = not self.children
        if self.children:
            self.threads = ThreadPoolExecutor(len(self.children), "reader")

    def _hire(self):
        ours, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-c", PROGRAM, str(theirs.fileno())]
            child = subprocess.Popen(  # noqa: S603 (our own program)
                command,
                cwd=settings.BASE_DIR,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self.children.append((child, ours))
        self.idle.put(ours)
        ours.send(self.recipe)

    def rows(self, rows, mark=None):
        """Have rows (line, cells) read; returns what is finished by now, in order: [(its mark, Chunk)]."""
        return self._take("rows", rows, mark)

    def names(self, names):
        """Have the keys of names (line, name) made; returns what is finished by now: [(None, lines for COPY)]."""
        return self._take("names", names, None)

    def rest(self):
        """Wait for what is not finished yet and yield it, in order."""
        while self.waiting:
            yield self._first()

    def _take(self, what, given, mark):
        if self.threads is None:
            return [(mark, self._here(what, given))]
        self.waiting.append((mark, self.threads.submit(self._there, what, given)))
        done = []
        # One chunk more than are being read waits for each, so that nobody is idle.
        while len(self.waiting) > 2 * len(self.children):
            done.append(self._first())
        return done

    def _first(self):
        mark, future = self.waiting.popleft()
        return mark, future.result()

    def _here(self, what, given):
        return key_lines(given) if what == "names" else self.recipe.rows(given, self.header)

    def _there(self, what, given):
        link = self.idle.get()
        try:
            link.send((what, given))
            return link.recv()
        except (EOFError, OSError):
            if self.closed:
                raise
            logger.warning("a process that reads rows has ended; its rows are read here")
            return self._here(what, given)
        finally:
            self.idle.put(link)
