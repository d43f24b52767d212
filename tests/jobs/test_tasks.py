"""What becomes of a job that goes well, badly, or loses its database."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError

from jobs import services
from jobs.choices import JobState
from jobs.tasks import run_now

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


class OwnSentence(Exception):
    """One of ours: has a code and says what people may read."""

    code = "not_a_zip"


def well(job):
    """A handler that works."""
    return {"changed": 3}


def quoting(job):
    """A handler that fails with a text that quotes a row."""
    raise IntegrityError("Failing row contains (李国强, 13800138000)")


def refused(job):
    """A handler that refuses with sentences of ours."""
    raise ValidationError(["客户已在名单上。", "请先解除。"])


def own(job):
    """A handler that fails with a sentence of ours."""
    raise OwnSentence("文件不是压缩包。")


def lost(job):
    """A handler whose database goes away."""
    raise OperationalError("server closed the connection")


@pytest.fixture
def run(db, settings):
    """`run(handler)`: the job of this handler as it ended."""

    def do(handler):
        settings.JOB_HANDLERS = {"retier": f"{__name__}.{handler.__name__}"}
        return run_now(services.enqueue(kind="retier", key="x", now=NOW).pk)

    return do


def test_job_that_goes_well_keeps_its_result(run):
    job = run(well)
    assert (job.state, job.result, job.error) == (JobState.DONE, {"changed": 3}, "")


def test_error_that_may_quote_a_customer_is_not_shown(run):
    job = run(quoting)
    assert job.state == JobState.FAILED
    assert "IntegrityError" in job.error
    assert "13800138000" not in job.error


@pytest.mark.parametrize(("handler", "text"), [(refused, "客户已在名单上。 请先解除。"), (own, "文件不是压缩包。")])
def test_sentence_of_ours_is_shown(run, handler, text):
    assert run(handler).error == text


def test_lost_database_is_tried_again(run):
    job = run(lost)
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.due_at > NOW
