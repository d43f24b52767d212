"""Who sees which job, its bar, and how it is cancelled."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from jobs import services
from jobs.choices import JobState

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture
def job(administrator):
    return services.enqueue(kind="load_extract", key="load", now=NOW, by=administrator)


@pytest.mark.parametrize(
    ("who", "expected"), [("administrator", 200), ("auditor", 200), ("manager", 404), ("head", 404)]
)
def test_progress_is_shown_to_those_who_may_see_the_job(cast, job, sign_in, who, expected):
    assert sign_in(cast[who]).get(reverse("jobs:progress", args=[job.public_id])).status_code == expected


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(administrator, sign_in, django_assert_num_queries, rows):
    for number in range(rows):
        services.enqueue(kind="retier", key=f"retier:{number}", now=NOW, by=administrator)
    client = sign_in(administrator)
    with django_assert_num_queries(4):
        response = client.get(reverse("jobs:list"))
    assert response.content.decode().count("job-progress") == rows


def test_polling_stops_when_the_job_has_ended(administrator, job, sign_in):
    client = sign_in(administrator)
    address = reverse("jobs:progress", args=[job.public_id])
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    services.claim(job_id=job.pk, now=NOW)
    services.finish(job=job, now=NOW)
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 286
    assert client.get(address).status_code == 200


def test_cancel_is_posted_and_not_by_auditors(cast, job, sign_in):
    address = reverse("jobs:cancel", args=[job.public_id])
    assert sign_in(cast["auditor"]).post(address).status_code == 403
    assert sign_in(cast["administrator"]).get(address).status_code == 405
    assert sign_in(cast["administrator"]).post(address).status_code == 302
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
