"""Schemes in Django admin: a measure, its bands and presets, without code."""

import json

import pytest
from django.urls import reverse
from django.utils import translation

from jobs.models import Job
from staff.models import AuditEvent
from tiering.choices import Measure
from tiering.models import Scheme, ScoringSheet
from tiering.rules.presets import PRESETS

ADD = "admin:tiering_scheme_add"


@pytest.fixture
def admin(administrator, sign_in, today):
    return sign_in(administrator)


def payload(scheme, **changes):
    bands = list(scheme.bands.all())
    data = {
        "name": scheme.name,
        "name_en": scheme.name_en,
        "sheet_code": "",
        "position": scheme.position,
        "watch_months": scheme.watch_months,
        "look_back_months": scheme.look_back_months,
        "rhythm": scheme.rhythm,
        "active": "on",
        "bands-TOTAL_FORMS": len(bands),
        "bands-INITIAL_FORMS": len(bands),
    }
    for at, band in enumerate(bands):
        for name in ("id", "code", "name", "name_en", "strategy", "strategy_en", "minimum", "tone"):
            value = getattr(band, name)
            data[f"bands-{at}-{name}"] = "" if value is None else value
    return data | changes


def test_changed_bands_are_audited_and_enqueue_a_retier(admin):
    scheme = Scheme.objects.get(code="assets")
    url = reverse("admin:tiering_scheme_change", args=[scheme.pk])
    assert admin.post(url, payload(scheme, **{"bands-0-minimum": "8000000"})).status_code == 302
    assert scheme.tiers()[0].minimum == 8000000
    assert Job.objects.filter(kind="retier").count() == 1
    assert AuditEvent.objects.get(verb="scheme.changed").particulars["bands"][0] == ["W600", "8000000.00"]


def test_bands_that_leave_somebody_out_are_refused(admin):
    scheme = Scheme.objects.get(code="assets")
    url = reverse("admin:tiering_scheme_change", args=[scheme.pk])
    assert admin.post(url, payload(scheme, **{"bands-5-minimum": "0"})).status_code == 200
    assert not Job.objects.exists()


@pytest.mark.parametrize("who", ["manager", "head", "auditor"])
def test_only_administrators_come_in(request, sign_in, db, who):
    client = sign_in(request.getfixturevalue(who))
    assert client.get(reverse("admin:tiering_scheme_changelist")).status_code == 302
    assert client.get(reverse(ADD)).status_code == 302


def fresh(measure, bands=(), **fields):
    """What the browser posts for a new scheme; bands are (code, minimum, name)."""
    data = {
        "name": "新方案",
        "name_en": "New",
        "code": "fresh",
        "measure": measure,
        "position": "50",
        "active": "on",
        "watch_months": "3",
        "look_back_months": "6",
        "rhythm": "daily",
        "bands-TOTAL_FORMS": len(bands),
        "bands-INITIAL_FORMS": "0",
    }
    for at, (code, minimum, name) in enumerate(bands):
        data |= {f"bands-{at}-code": code, f"bands-{at}-minimum": minimum, f"bands-{at}-name": name}
    return data | fields


TWO = [("HI", "10", "高"), ("LO", "", "低")]


@pytest.mark.parametrize("measure", [m for m in Measure if m not in (Measure.SHEET, Measure.QUADRANT)])
def test_scheme_of_any_measure_is_made_without_code(admin, measure):
    response = admin.post(reverse(ADD), fresh(measure.value, TWO))
    assert response.status_code == 302
    scheme = Scheme.objects.get(code="fresh")
    assert [tier.code for tier in scheme.tiers()] == ["HI", "LO"]
    assert Job.objects.filter(kind="retier").count() == 1


def test_quadrant_needs_both_axes(admin):
    axes = {"need_axis": "contacts", "need_from": "6", "potential_axis": "score", "potential_from": "45"}
    for name in axes:
        response = admin.post(reverse(ADD), fresh("quadrant", TWO, **(axes | {name: ""})))
        assert name in response.context["adminform"].form.errors
    same = axes | {"potential_axis": "contacts"}
    assert "potential_axis" in admin.post(reverse(ADD), fresh("quadrant", TWO, **same)).context["adminform"].form.errors
    assert not Scheme.objects.filter(code="fresh").exists()
    assert admin.post(reverse(ADD), fresh("quadrant", TWO, **axes)).status_code == 302


def test_axes_are_dropped_for_other_measures(admin):
    admin.post(reverse(ADD), fresh("assets", TWO, need_axis="contacts", need_from="6", sheet_code="standard"))
    scheme = Scheme.objects.get(code="fresh")
    assert (scheme.need_axis, scheme.need_from, scheme.sheet_code) == ("", None, "")


def test_scheme_of_a_sheet_needs_one_in_force(admin):
    ScoringSheet.objects.create(code="draft_only", name="草稿")
    for code in ("", "draft_only", "none"):
        response = admin.post(reverse(ADD), fresh("sheet", sheet_code=code))
        assert "sheet_code" in response.context["adminform"].form.errors
    wrong_kind = fresh("sheet", sheet_code="standard", kind="organization")
    assert "kind" in admin.post(reverse(ADD), wrong_kind).context["adminform"].form.errors
    assert admin.post(reverse(ADD), fresh("sheet", TWO, sheet_code="standard")).status_code == 200
    assert admin.post(reverse(ADD), fresh("sheet", sheet_code="standard", kind="individual")).status_code == 302


@pytest.mark.parametrize(
    ("bands", "field"),
    [
        ([("A", "1", "甲"), ("A", "", "乙")], "code"),
        ([("A", "1", "甲"), ("B", "1", "乙"), ("C", "", "丙")], "minimum"),
        ([("A", "", "甲"), ("B", "", "乙")], "minimum"),
    ],
)
def test_bands_that_stand_twice_are_refused(admin, bands, field):
    response = admin.post(reverse(ADD), fresh("assets", bands))
    (inline,) = response.context["inline_admin_formsets"]
    assert any(field in errors for errors in inline.formset.errors)
    assert not Scheme.objects.filter(code="fresh").exists()


def test_scheme_without_bands_is_refused(admin):
    assert admin.post(reverse(ADD), fresh("assets")).status_code == 200


def test_bounds_may_be_swapped(admin):
    scheme = Scheme.objects.get(code="contribution")
    bands = list(scheme.bands.all())
    data = payload(scheme, **{"bands-0-minimum": bands[1].minimum, "bands-1-minimum": bands[0].minimum})
    assert admin.post(reverse("admin:tiering_scheme_change", args=[scheme.pk]), data).status_code == 302
    assert [tier.code for tier in scheme.tiers()][:2] == [bands[1].code, bands[0].code]


@pytest.mark.parametrize("months", [("37", "6"), ("3", "0"), ("3", "37"), ("-1", "6")])
def test_watch_stays_within_three_years(admin, months):
    data = fresh("assets", TWO, watch_months=months[0], look_back_months=months[1])
    assert admin.post(reverse(ADD), data).status_code == 200


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_preset_fills_in_a_scheme_that_can_be_saved(admin, preset):
    response = admin.get(reverse(ADD), {"preset": preset.code})
    form = response.context["adminform"].form
    (inline,) = response.context["inline_admin_formsets"]
    data = {"bands-TOTAL_FORMS": len(inline.formset.forms), "bands-INITIAL_FORMS": "0", "active": "on"}
    for field in [*form, *(field for row in inline.formset.forms for field in row)]:
        value = field.value()
        if value is not None and value is not False:
            data[field.html_name] = value
    response = admin.post(reverse(ADD), data | {"name": preset.name, "code": "fresh"})
    assert response.status_code == 302
    scheme = Scheme.objects.get(code="fresh")
    assert [(band.code, band.minimum, band.tone) for band in scheme.bands.all()] == [
        (band.code, band.minimum, band.tone) for band in preset.bands
    ]


def test_page_offers_the_presets_in_the_reader_s_language(admin, administrator):
    assert {one["code"] for one in json.loads(admin.get(reverse(ADD)).context["presets"])} == {p.code for p in PRESETS}
    administrator.language = "en"
    administrator.save()
    with translation.override("en"):  # what the request leaves behind in the thread is put back
        names = [one["name"] for one in json.loads(admin.get(reverse(ADD)).context["presets"])]
    assert "Loyalty ladder: five rungs" in names
