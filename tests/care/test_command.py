"""`manage.py raise_followups` and what runs by itself."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from care.models import FollowUp
from care.tasks import pick_up, run_raise_followups, start_night
from jobs.models import Job
from jobs.tasks import run_now
from tests.conftest import TODAY
from visits.models import Visit


@pytest.fixture
def holding(manager, make_customer, make_holding):
    return make_holding(make_customer(manager), "TD01", matures_on=TODAY + timedelta(days=17))


def test_json_is_one_object_and_nothing_else(holding, capsys):
    call_command("raise_followups", "--as-of", "2026-12-01", "--json")
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "as_of": "2026-12-01",
        "raised": 1,
        "by_rule": {
            "maturity": 1,
            "outside": 0,
            "birthday": 0,
            "family": 0,
            "watch": 0,
            "next_step": 0,
            "rhythm": 0,
            "win_back": 0,
        },
    }
    assert captured.err == ""


def test_the_day_is_today_when_left_out(holding, today, capsys):
    call_command("raise_followups")
    kinds = "maturity 1, outside 0, birthday 0, family 0, watch 0, next_step 0, rhythm 0, win_back 0"
    assert capsys.readouterr().out == f"2026-11-21: 1 raised ({kinds}).\n"


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow", "2026-02-30"])
def test_a_wrong_day_is_one_sentence(db, day):
    with pytest.raises(CommandError, match="must be a day such as"):
        call_command("raise_followups", "--as-of", day)
    assert not FollowUp.objects.exists()


def test_the_night_is_put_into_the_queue_once_a_day(today, db):
    start_night()
    start_night()
    jobs = list(Job.objects.order_by("due_at", "pk").values_list("kind", "params"))
    kinds = ("carry_out", "refresh_service", "retier", "settle", "raise_followups", "find_duplicates")
    assert jobs == [(kind, {"as_of": "2026-11-21"}) for kind in kinds]


def test_the_job_raises_and_keeps_its_result(holding, manager):
    job = Job.objects.create(
        kind="raise_followups", key="k", params={"as_of": "2026-11-21"}, due_at=timezone.now(), started_by=manager
    )
    ended = run_now(job.pk)
    assert (ended.state, ended.result["raised"]) == ("done", 1)
    assert run_raise_followups(job)["raised"] == 0


def test_next_steps_are_picked_up_a_moment_after_the_visit(today, manager, make_customer):
    Visit.objects.create(
        customer=make_customer(manager),
        by=manager,
        status="held",
        planned_on=TODAY,
        held_on=TODAY,
        purpose="p",
        notes="n",
        next_step="送说明",
        next_step_on=TODAY,
    )
    pick_up()
    assert FollowUp.objects.get().text == "送说明"
