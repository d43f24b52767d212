"""`manage.py retier` and `manage.py explain_score`, and the job."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from customers.choices import Kind
from jobs.models import Job
from jobs.services import enqueue
from jobs.tasks import run_now
from tiering.models import TieringRun
from tiering.services.retier import retier

DAY = date(2026, 11, 21)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(
        manager,
        customer_no="C9",
        person={"occupation": "executive", "annual_income": Decimal(200000), "birth_date": date(1981, 11, 22)},
    )


def output(capsys, *command):
    call_command(*command)
    return capsys.readouterr().out


def test_retier_prints_one_json_object(customer, capsys):
    printed = json.loads(output(capsys, "retier", "--as-of", "2026-11-21", "--json"))
    assert set(printed) == {"as_of", "scored", "incomplete", "changed", "tiers", "moves"}
    assert (printed["as_of"], printed["scored"], printed["incomplete"], printed["changed"]) == ("2026-11-21", 1, 1, 1)
    assert printed["tiers"] == {"VIP": 0, "A": 0, "B": 1, "C": 0}
    assert {"scheme": "sheet", "from": "", "to": "B", "count": 1} in printed["moves"]
    again = json.loads(output(capsys, "retier", "--as-of", "2026-11-21", "--json"))
    assert again == printed | {"changed": 0, "moves": []}


def test_retier_without_a_day_takes_the_bank_day(customer, today, capsys):
    output(capsys, "retier")
    assert TieringRun.objects.get().as_of == today


def test_retier_refuses_what_is_no_day(customer):
    for command in (["retier"], ["explain_score", "C9"]):
        with pytest.raises(CommandError, match="--as-of"):
            call_command(*command, "--as-of", "soon")
    assert not TieringRun.objects.exists()


def test_explain_score_prints_every_line(customer, capsys):
    retier(as_of=DAY)
    assert json.loads(output(capsys, "explain_score", "C9", "--json")) == {
        "customer_no": "C9",
        "sheet": "等级评估表 v1",
        "score": 36,
        "minimum": 42,
        "maximum": 76,
        "coverage": 0.375,
        "tier": "B",
        "lines": [
            {"criterion": "职业", "answer": "行政管理", "points": 11},
            {"criterion": "年收入", "answer": "20万元及以上", "points": 15},
            {"criterion": "年龄", "answer": "35–45岁", "points": 10},
            {"criterion": "家庭状况", "answer": None, "points": 0},
            {"criterion": "文化水平", "answer": None, "points": 0},
            {"criterion": "相识时间", "answer": None, "points": 0},
            {"criterion": "接触程度", "answer": None, "points": 0},
            {"criterion": "影响力", "answer": None, "points": 0},
        ],
    }


def test_explain_score_speaks_for_the_day_of_the_last_run(customer, capsys):
    retier(as_of=date(2026, 11, 22))
    lines = json.loads(output(capsys, "explain_score", "C9", "--json"))["lines"]
    assert lines[2] == {"criterion": "年龄", "answer": "45岁及以上", "points": 4}
    lines = json.loads(output(capsys, "explain_score", "C9", "--as-of", "2026-11-21", "--json"))["lines"]
    assert lines[2]["points"] == 10


def test_explain_score_for_people(customer, today, capsys):
    text = output(capsys, "explain_score", "C9")
    assert "职业: 行政管理" in text
    assert "得分 36（可能范围 42–76）" in text


def test_explain_score_of_nobody_is_one_sentence(customer, manager, make_customer):
    with pytest.raises(CommandError, match="没有客户 C0"):
        call_command("explain_score", "C0")
    make_customer(manager, customer_no="O1", kind=Kind.ORGANIZATION)
    with pytest.raises(CommandError, match="对公客户"):
        call_command("explain_score", "O1")


def test_job_retiers_and_keeps_the_report(customer, administrator):
    now = "2026-11-21T01:30:00+08:00"
    job = enqueue(kind="retier", key="retier:night", now=now, params={"as_of": "2026-11-21"}, by=administrator)
    done = run_now(job.pk)
    assert (done.state, done.error, done.done, done.total) == ("done", "", 1, 1)
    assert done.result["tiers"]["B"] == 1
    assert Job.objects.get().result == TieringRun.objects.get().result
