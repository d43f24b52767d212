"""Presets are plain data: each fits its measure and can be saved as it stands."""

import pytest

from tiering.choices import Measure, Tone
from tiering.models import Scheme
from tiering.rules.presets import PRESETS, presets_for


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.code)
def test_bands_go_down_to_one_that_takes_everybody(preset):
    bounds = [band.minimum for band in preset.bands]
    assert bounds[-1] is None
    assert bounds[:-1] == sorted(set(bounds[:-1]), reverse=True)
    assert len({band.code for band in preset.bands}) == len(preset.bands)
    assert all(band.name and band.name_en and len(band.code) <= 12 for band in preset.bands)
    assert {band.tone for band in preset.bands} <= set(Tone.values)


def test_every_measure_but_a_sheet_has_a_preset():
    assert {measure for measure in Measure if presets_for(measure)} == set(Measure) - {Measure.SHEET}


@pytest.mark.parametrize(
    ("scheme", "preset"),
    [
        ("assets", "assets_6"),
        ("assets_month_end", "assets_6"),
        ("contribution", "contribution_5"),
        ("loyalty", "loyalty_5"),
        ("relationship", "relationship_5"),
        ("quadrant", "quadrant_4"),
        ("behaviour", "behaviour_5"),
        ("stickiness", "stickiness_4"),
        ("operating", "operating_12"),
    ],
)
def test_shipped_scheme_stands_on_its_preset(db, scheme, preset):
    (named,) = [one for one in PRESETS if one.code == preset]
    bands = Scheme.objects.get(code=scheme).bands.values_list("code", "minimum", "name", "name_en", "tone")
    assert list(bands) == [(band.code, band.minimum, band.name, band.name_en, band.tone) for band in named.bands]
