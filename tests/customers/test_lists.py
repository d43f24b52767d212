"""Saved lists, search without names in addresses, going on, walking, verbs on many, files: as people use them."""

import io
import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from care.models import FollowUp
from customers.choices import BulkOutcome, BulkState
from customers.models import (
    BulkAction,
    ContactPreference,
    Customer,
    CustomField,
    CustomValue,
    Export,
    OwnerChange,
    SavedView,
    Tagging,
)
from customers.services import views
from customers.services.names import rebuild_name_keys
from jobs.tasks import run_now
from staff.models import AuditEvent

URL = reverse("customers:list")


def numbers(response):
    return [row.record.customer_no for row in response.context["table"].paginated_rows]


@pytest.fixture
def book(manager, make_customer, today):
    """Five customers of the manager, the richest first: C5 … C1."""
    made = []
    for number in range(1, 6):
        customer = make_customer(
            manager,
            customer_no=f"C{number}",
            name=f"王{'建国芳丽强'[number - 1]}",
            mobile="+8613812345678",
            standing={"asset_total": number, "tier": "A" if number > 3 else "", "tier_rank": 2 if number > 3 else None},
        )
        rebuild_name_keys(customer)
        made.append(customer)
    return made


class TestSearch:
    def test_typed_text_leaves_the_address_and_joins_the_filters(self, sign_in, manager, book):
        client = sign_in(manager)
        address = client.post(reverse("customers:find"), {"q": "王芳", "tier": "none"}).url
        assert "%E7%8E%8B" not in address
        assert numbers(client.get(address)) == ["C3"]
        old = client.get(URL, {"q": "王芳"})
        assert numbers(client.get(old.url)) == ["C3"]

    def test_htmx_is_led_to_the_list(self, sign_in, manager, book):
        headers = {"HX-Request": "true"}
        answer = sign_in(manager).post(reverse("customers:find"), {"q": "王芳"}, headers=headers)
        assert '"target": "#list"' in answer.headers["HX-Location"]

    def test_a_search_of_somebody_else_is_forgotten(self, sign_in, manager, colleague, book):
        address = sign_in(manager).post(reverse("customers:find"), {"q": "王芳"}).url
        answer = sign_in(colleague).get(address)
        assert answer.status_code == 200
        assert numbers(answer) == []

    def test_a_full_number_leads_to_the_customer_alone(self, sign_in, manager, make_customer, book):
        lone = make_customer(manager, mobile="+8613900001111")
        assert sign_in(manager).post(reverse("customers:find"), {"q": "13900001111"}).url == lone.get_absolute_url()


class TestConditionsPage:
    def post(self, client, do="apply", state="", **row):
        data = {"state": state, "node": ["c1"], "in-c1": "g0", "do": do}
        return client.post(reverse("customers:conditions"), data | {f"{name}-c1": value for name, value in row.items()})

    def test_conditions_stand_in_the_address(self, sign_in, manager, book):
        client = sign_in(manager)
        answer = self.post(client, field="standing-asset_total", op="above", value=["3"])
        assert answer.url.startswith(f"{URL}?where=all")
        assert numbers(client.get(answer.url)) == ["C5", "C4"]

    def test_typed_words_do_not(self, sign_in, manager, book):
        client = sign_in(manager)
        answer = self.post(client, field="name", op="contains", value=["王芳"])
        assert "where=~" in answer.url
        assert numbers(client.get(answer.url)) == ["C3"]

    def test_a_wrong_value_is_kept_and_told(self, sign_in, manager, book):
        answer = self.post(sign_in(manager), field="standing-score", op="above", value=["viel"])
        assert answer.status_code == 422
        assert 'value="viel"' in answer.content.decode()

    @pytest.mark.parametrize("do", ["condition:g0", "group:g0", "remove:c1", "", "remove:c99", "condition:nobody"])
    def test_it_is_put_together_without_a_script(self, do, sign_in, manager, book):
        answer = self.post(sign_in(manager), do=do, field="kind", op="is", value=["individual"])
        assert answer.status_code == 200
        rows = answer.content.decode().count('name="field-c')
        assert rows == {"condition:g0": 2, "group:g0": 2, "remove:c1": 0}.get(do, 1)

    @pytest.mark.parametrize(
        "where", ["all(gone.is.1)", "nonsense", "all(", "~nobody", "all(branch.is.D002)", "x" * 9000]
    )
    def test_hostile_addresses_find_nobody_and_say_why(self, where, sign_in, manager, book):
        answer = sign_in(manager).get(URL, {"where": where})
        assert answer.status_code == 200
        assert numbers(answer) == [] or where == "~nobody"


class TestPages:
    def test_a_long_list_goes_on_from_its_last_row(self, sign_in, manager, book, monkeypatch):
        monkeypatch.setattr("customers.tables.pages.DEEPEST_PAGE", 1)
        monkeypatch.setattr("customers.views.lists.PER_PAGE", 2)
        client = sign_in(manager)
        answer, seen = client.get(URL, {"sort": "-assets"}), []
        for _page in range(3):
            seen += numbers(answer)
            last = list(answer.context["table"].paginated_rows)[-1].record
            answer = client.get(URL, {"sort": "-assets", "after": last.public_id})
        assert seen == ["C5", "C4", "C3", "C2", "C1"]

    def test_after_somebody_of_others_is_not_found(self, sign_in, manager, colleague, make_customer, book):
        theirs = make_customer(colleague)
        assert sign_in(manager).get(URL, {"after": theirs.public_id}).status_code == 404
        assert sign_in(manager).get(URL, {"after": "x"}).status_code == 404

    @pytest.mark.parametrize("sort", ["tier", "-tier", "assets", "next_maturity", "-next_maturity", "name", "-score"])
    def test_beyond_gives_what_the_order_gives(self, sort, sign_in, manager, book):
        client = sign_in(manager)
        order = numbers(client.get(URL, {"sort": sort}))
        for place, number in enumerate(order):
            anchor = Customer.objects.get(customer_no=number)
            assert numbers(client.get(URL, {"sort": sort, "after": anchor.public_id})) == order[place + 1 :]

    def test_the_page_of_a_customer_leads_on_through_the_list(self, sign_in, manager, book):
        client = sign_in(manager)
        client.get(URL, {"sort": "-assets"})
        answer = client.get(reverse("customers:walk", args=[book[2].public_id]))
        assert (answer.context["before"], answer.context["after"]) == (book[3], book[1])
        client.get(URL, {"tier": "A"})
        answer = client.get(reverse("customers:walk", args=[book[2].public_id]))
        assert (answer.context["before"], answer.context["after"]) == (None, None)

    @pytest.mark.parametrize("group", ["tier", "manager", "kind", "standing-tier", "nosuch"])
    def test_groups_count_what_they_lead_to(self, group, sign_in, head, book):
        client = sign_in(head)
        answer = client.get(URL, {"group": group})
        for row in answer.context.get("groups") or []:
            assert client.get(row["url"]).context["table"].paginator.count == row["number"]


class TestSavedLists:
    def save(self, client, **data):
        return client.post(reverse("customers:view_save"), {"name": "重点", "state": "tier=A&sort=-assets"} | data)

    def test_a_list_is_kept_with_all_it_says(self, sign_in, manager, book):
        client = sign_in(manager)
        address = self.save(client).url
        answer = client.get(address)
        assert numbers(answer) == ["C5", "C4"]
        assert answer.context["tabs"][0].name == "重点"
        badge = client.get(reverse("customers:counts")).content.decode()
        assert ">2<" in badge

    def test_a_name_stands_once(self, sign_in, manager, book):
        client = sign_in(manager)
        self.save(client)
        self.save(client)
        assert SavedView.objects.count() == 1

    def test_a_list_is_changed_copied_removed_and_put_back(self, sign_in, manager, book):
        client = sign_in(manager)
        self.save(client)
        view = SavedView.objects.get()
        client.post(reverse("customers:view_keep", args=[view.public_id]), {"state": f"view={view.public_id}&edited=1"})
        assert len(numbers(client.get(view.get_absolute_url()))) == 5
        client.post(reverse("customers:view_copy", args=[view.public_id]))
        assert set(SavedView.objects.values_list("name", flat=True)) == {"重点", "重点 2"}
        client.post(reverse("customers:view_remove", args=[view.public_id]))
        assert client.get(view.get_absolute_url()).status_code == 404
        client.post(reverse("customers:view_restore", args=[view.public_id]))
        assert client.get(view.get_absolute_url()).status_code == 200

    def test_the_list_that_opens_first(self, sign_in, manager, book):
        client = sign_in(manager)
        self.save(client)
        view = SavedView.objects.get()
        client.post(reverse("customers:view_place", args=[view.public_id, "first"]))
        assert client.get(URL).url == view.get_absolute_url()
        assert len(numbers(client.get(URL, {"view": "all"}))) == 5

    def test_heads_share_with_their_branch_and_managers_do_not(self, sign_in, cast, book):
        assert self.save(sign_in(cast["manager"]), scope="branch").status_code == 403
        assert self.save(sign_in(cast["head"]), scope="everyone").status_code == 403
        self.save(sign_in(cast["head"]), scope="branch")
        view = SavedView.objects.get()
        assert numbers(sign_in(cast["manager"]).get(view.get_absolute_url())) == ["C5", "C4"]
        # Shared or not, everybody sees their own customers in it.
        assert numbers(sign_in(cast["colleague"]).get(view.get_absolute_url())) == []
        assert sign_in(cast["other_head"]).get(view.get_absolute_url()).status_code == 404
        assert sign_in(cast["manager"]).post(reverse("customers:view_remove", args=[view.public_id])).status_code == 404


class TestBulk:
    def choose(self, client, kind, state="tier=A", **data):
        client.post(reverse("customers:bulk_choose"), {"kind": kind, "state": state, "all": "1"} | data)
        return BulkAction.objects.order_by("-pk").first()

    def start(self, client, action, **data):
        client.post(reverse("customers:bulk_start", args=[action.public_id]), data)
        action.refresh_from_db()
        return run_now(action.job_id) if action.job_id else None

    def undo(self, client, action):
        client.post(reverse("customers:bulk_undo", args=[action.public_id]))
        action.refresh_from_db()
        return run_now(action.job_id)

    def test_tagging_is_done_told_and_undone(self, sign_in, manager, book, today):
        client = sign_in(manager)
        views.put_tag(customer=book[4], tag=views.make_tag(by=manager, name="重点"), by=manager, on=today)
        action = self.choose(client, "tag")
        ahead = client.post(reverse("customers:bulk_ahead", args=[action.public_id]), {"tag": "重点"})
        assert ahead.context["possible"] == 1
        job = self.start(client, action, tag="重点")
        assert (job.state, job.result) == ("done", {"done": 1, "already": 1})
        assert set(Tagging.objects.values_list("customer__customer_no", flat=True)) == {"C4", "C5"}
        self.undo(client, action)
        # What was there before stays.
        assert list(Tagging.objects.values_list("customer__customer_no", flat=True)) == ["C5"]
        action.refresh_from_db()
        assert action.state == BulkState.UNDONE

    def test_twice_is_once(self, sign_in, manager, book):
        client = sign_in(manager)
        action = self.choose(client, "follow_up")
        due = "2026-12-01"
        self.start(client, action, text="打电话", due_on=due)
        assert self.start(client, action, text="打电话", due_on=due) is None
        assert FollowUp.objects.count() == 2
        assert {item.outcome for item in action.items.all()} == {BulkOutcome.DONE}

    def test_follow_ups_spare_whom_nobody_may_contact(self, sign_in, manager, book):
        ContactPreference.objects.create(customer=book[4], do_not_contact=True)
        book[3].state = "ended"
        book[3].save()
        Customer.objects.filter(pk=book[2].pk).update(restricted=True, restricted_reason="反复投诉")
        action = self.choose(sign_in(manager), "follow_up", state="")
        job = self.start(sign_in(manager), action, text="打电话", due_on="2026-12-01")
        assert job.result["done"] == 2
        assert FollowUp.objects.filter(customer__in=book[2:5]).count() == 0
        assert "反复投诉" in sign_in(manager).get(reverse("customers:bulk", args=[action.public_id])).text

    def test_assigning_goes_back_to_whom_it_came_from(self, sign_in, cast, book):
        client = sign_in(cast["head"])
        action = self.choose(client, "assign")
        job = self.start(client, action, manager=cast["colleague"].staff_no, reason="调整")
        assert job.state == "done", job.error
        assert Customer.objects.filter(manager=cast["colleague"]).count() == 2
        assert OwnerChange.objects.filter(reason="调整").count() == 2
        # One of them has been given away again meanwhile: it stays there.
        Customer.objects.filter(pk=book[4].pk).update(manager=None)
        self.undo(client, action)
        assert Customer.objects.filter(manager=cast["manager"]).count() == 4

    def test_managers_do_not_assign_and_heads_only_inside(self, sign_in, cast, book):
        answer = sign_in(cast["manager"]).post(reverse("customers:bulk_choose"), {"kind": "assign", "all": "1"})
        assert answer.status_code == 403
        client = sign_in(cast["head"])
        action = self.choose(client, "assign")
        self.start(client, action, manager=cast["other_manager"].staff_no, reason="调整")
        assert Customer.objects.filter(manager=cast["other_manager"]).count() == 0

    def test_only_ticked_customers_of_ones_own(self, sign_in, manager, colleague, make_customer, book):
        theirs = make_customer(colleague)
        client = sign_in(manager)
        keys = [book[0].public_id, theirs.public_id, "nonsense", uuid.uuid4()]
        client.post(reverse("customers:bulk_choose"), {"kind": "tag", "customer": keys})
        assert [item.customer for item in BulkAction.objects.get().items.all()] == [book[0]]

    def test_too_many_and_nobody_are_refused_with_a_sentence(self, sign_in, manager, book, settings):
        settings.BULK_ROWS = 3
        assert self.choose(sign_in(manager), "tag", state="") is None
        assert self.choose(sign_in(manager), "tag", state="tier=VIP") is None

    def test_a_new_list_holds_them(self, sign_in, manager, book):
        client = sign_in(manager)
        action = self.choose(client, "add")
        self.start(client, action, name="回访")
        view = SavedView.objects.get()
        assert sorted(numbers(client.get(view.get_absolute_url()))) == ["C4", "C5"]

    @pytest.mark.parametrize(
        "data", [{}, {"text": "x"}, {"text": "x", "due_on": "gestern"}, {"text": "x", "due_on": "2026-11-20"}]
    )
    def test_a_form_that_says_too_little_is_kept(self, data, sign_in, manager, book):
        client = sign_in(manager)
        action = self.choose(client, "follow_up")
        answer = client.post(reverse("customers:bulk_start", args=[action.public_id]), data)
        assert answer.status_code == 422
        assert BulkAction.objects.get().state == BulkState.CHOSEN

    @pytest.mark.parametrize("kind", ["tag", "add", "assign"])
    def test_a_nul_in_a_form_is_left_out(self, kind, sign_in, head, book):
        client = sign_in(head)
        action = self.choose(client, kind)
        data = dict.fromkeys(["tag", "name", "manager", "reason"], "a\x00b")
        for verb in ("bulk_ahead", "bulk_start"):
            assert client.post(reverse(f"customers:{verb}", args=[action.public_id]), data).status_code < 500
        assert client.post(reverse("customers:export"), {"state": "tier=%00", "format": "csv"}).status_code == 200


class TestExport:
    def sheet(self, body):
        return CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()

    def test_the_columns_of_the_list_masked_and_logged(self, sign_in, manager, book):
        answer = sign_in(manager).post(
            reverse("customers:export"), {"state": "tier=A&columns=phone,assets", "format": "csv"}
        )
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[1:] == ["A,C5,王强,138****5678,5.00", "A,C4,王丽,138****5678,4.00"]
        event = AuditEvent.objects.get(verb="customer.exported")
        assert (event.particulars["rows"], event.summary) == (2, "")

    def test_a_file_may_have_other_columns_than_the_list(self, sign_in, manager, book):
        client = sign_in(manager)
        address = reverse("customers:choices", args=["export"])
        page = client.get(f"{address}?tier=A&columns=phone,assets").content.decode()
        assert 'value="phone" checked' in page
        assert 'value="person-occupation">' in page
        headings = re.findall("<summary>(.*?)</summary>", page)
        assert len(headings) == len(set(headings)) > 4
        picked = {"picked": "1", "column": ["assets", "restricted", "mobile_sealed", "person-occupation"]}
        data = {"state": "tier=A&columns=phone", "format": "csv"} | picked
        body = client.post(reverse("customers:export"), data).content.decode("utf-8-sig")
        assert body.splitlines()[1] == "A,C5,王强,5.00,否,"
        assert "138" not in body
        columns = AuditEvent.objects.get(verb="customer.exported").particulars["columns"]
        assert columns == ["assets", "restricted", "person-occupation"]
        # The list itself keeps the columns it had.
        assert client.session.get("customer_columns") == ["phone", "assets"]

    def test_fields_of_the_bank_s_own_leave_like_any_other(self, sign_in, manager, book):
        answers = {"text": "茶", "choice": "=二", "number": 2, "date": date(2026, 3, 1), "yesno": "yes"}
        for kind, answer in answers.items():
            options = ["=二"] if kind == "choice" else []
            field = CustomField.objects.create(code=f"x_{kind}", name=kind, kind=kind, options=options)
            column = {"number": "number", "date": "day"}.get(kind, "text")
            CustomValue.objects.create(customer=book[4], field=field, **{column: answer})
        codes = ",".join(f"custom-x_{kind}" for kind in answers)
        data = {"state": f"tier=A&columns={codes}", "format": "csv"}
        body = sign_in(manager).post(reverse("customers:export"), data).content.decode("utf-8-sig")
        assert body.splitlines()[0].split(",")[-5:] == list(answers)
        assert body.splitlines()[1] == "A,C5,王强,茶,'=二,2,2026-03-01,是"

    def test_only_the_ticked_rows_leave_when_some_are_ticked(self, sign_in, manager, book, make_customer, cast):
        strange = make_customer(cast["other_manager"], name="外人")
        client, address = sign_in(manager), reverse("customers:export")
        ticked = {"state": "", "customer": [book[0].public_id, strange.public_id]}
        page = client.post(address, ticked | {"choose": "1"}).content.decode()
        assert str(book[0].public_id) in page
        assert AuditEvent.objects.filter(verb="customer.exported").count() == 0
        lines = client.post(address, ticked | {"format": "csv"}).content.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert book[0].customer_no in lines[1]
        # A broken key is nobody, not everybody.
        assert len(client.post(address, {"customer": "x", "format": "csv"}).content.splitlines()) == 1
        assert client.post(address, {"choose": "1"}).status_code == 302

    def test_a_reason_opens_phones_and_stands_in_the_trail(self, sign_in, manager, book):
        client = sign_in(manager)
        data = {"state": "tier=A&columns=phone", "format": "xlsx", "reason": "发送到期提醒"}
        rows = self.sheet(client.post(reverse("customers:export"), data).content)
        assert "+8613812345678" in rows[-1]
        assert AuditEvent.objects.get(verb="customer.exported").summary == "发送到期提醒"
        refused = data | {
            "reason": "x<",
            "format": "csv",
            "customer": book[0].public_id,
            "picked": 1,
            "column": "phone",
        }
        page = client.post(reverse("customers:export"), refused)
        assert page.status_code == 422
        assert 'value="x&lt;"' in page.text
        assert str(book[0].public_id) in page.text
        assert page.context["format"] == "csv"
        assert [row["name"] for row in page.context["columns"]["chosen"]] == ["phone"]
        assert AuditEvent.objects.filter(verb="customer.exported").count() == 1

    def test_formulas_stay_text(self, sign_in, manager, make_customer, today):
        make_customer(manager, name="=1+1")
        body = sign_in(manager).post(reverse("customers:export"), {"format": "csv"}).content.decode()
        assert "'=1+1" in body

    def test_a_long_list_is_cut_with_a_sentence(self, sign_in, manager, book, settings):
        settings.EXPORT_ROWS = 2
        rows = self.sheet(sign_in(manager).post(reverse("customers:export"), {"format": "xlsx"}).content)
        assert len([row for row in rows if row and str(row[1]).startswith("C")]) == 2
        assert any("2" in str(cell) for cell in rows[1])

    def test_a_file_by_a_job_is_its_owners_for_a_day(self, sign_in, cast, book, monkeypatch, settings, tmp_path):
        settings.EXPORT_DIR = tmp_path
        monkeypatch.setattr("customers.views.exports.AT_ONCE", 1)
        client = sign_in(cast["manager"])
        page = client.post(reverse("customers:export"), {"state": "", "format": "csv"}).url
        made = Export.objects.get()
        assert run_now(made.job_id).state == "done"
        assert client.get(page).status_code == 200
        file = reverse("customers:export_file", args=[made.public_id])
        assert len(client.get(file).content.splitlines()) == 6
        assert sign_in(cast["head"]).get(file).status_code == 404
        Export.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        assert sign_in(cast["manager"]).get(file).status_code == 404

    def test_a_whole_file_keeps_others_unnamed(self, sign_in, cast, book, make_customer):
        from customers.models import Relation

        theirs = make_customer(cast["colleague"], name="欧阳娜娜")
        Relation.objects.create(customer=book[0], related=theirs, kind="sibling")
        client = sign_in(cast["manager"])
        address = reverse("care:customer_file", args=[book[0].public_id])
        book_ = CalamineWorkbook.from_filelike(io.BytesIO(client.post(address).content))
        cells = [
            str(cell) for name in book_.sheet_names for row in book_.get_sheet_by_name(name).to_python() for cell in row
        ]
        assert "138****5678" in cells
        assert "欧**" in cells
        assert not [cell for cell in cells if "欧阳娜娜" in cell or "13812345678" in cell]
        clear = CalamineWorkbook.from_filelike(io.BytesIO(client.post(address, {"reason": "交接资料"}).content))
        assert "+8613812345678" in str(clear.get_sheet_by_index(0).to_python())
        assert AuditEvent.objects.filter(verb="customer.exported").count() == 2


class TestPalette:
    def found(self, client, text):
        return client.post(reverse("customers:palette"), {"q": text}).content.decode()

    def test_customers_lists_and_places_of_the_role(self, sign_in, cast, book):
        views.save_view(by=cast["manager"], name="王姓客户", definition={})
        client = sign_in(cast["manager"])
        page = self.found(client, "王")
        assert "王芳" in page
        assert "王姓客户" in page
        assert "13812345678" not in page
        assert "C3" in self.found(client, "wf")
        assert reverse("care:worklist") in self.found(client, "jr")
        assert reverse("customers:add") in self.found(client, "")
        assert reverse("customers:add") not in self.found(sign_in(cast["auditor"]), "")
        assert "王芳" not in self.found(sign_in(cast["colleague"]), "王")

    def test_the_administrator_finds_places_and_no_customer(self, sign_in, cast, book):
        page = self.found(sign_in(cast["administrator"]), "王")
        assert "王芳" not in page
        assert reverse("customers:list") not in self.found(sign_in(cast["administrator"]), "")
