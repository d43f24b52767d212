"""The watch itself: what it says is clean was looked at."""


def test_watch_sees_a_planted_violation_of_each_kind(bank, browse, watch):
    page = browse()
    with watch.expecting(
        "console error", "script error", "foreign request", "failed request", "answer 404: GET /no-such-page/"
    ):
        page.goto("/no-such-page/")
        page.evaluate(
            "() => { const e = document.createElement('script'); e.textContent = '1'; document.body.append(e); }"
        )
        page.evaluate("() => { setTimeout(() => { throw new Error('planted'); }); }")
        page.evaluate("() => fetch('http://127.0.0.1:9/').catch(() => null)")
        page.wait_for_function("() => true")
        page.goto("/accounts/login/")
        seen = " ".join(watch.faults)
        for kind in ("Content Security Policy", "planted", "answer 404"):
            assert kind in seen, kind
    assert watch.faults == []
