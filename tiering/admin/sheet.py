"""The scoring sheet in Django admin: one page edits a whole draft, checks it as one types, and shows any version."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from staff.admin import AuditedAdmin
from tiering.choices import SheetState
from tiering.forms.editor import SheetEditor, in_order
from tiering.forms.sheet import NewSheetForm, kinds, words_of_facts
from tiering.models import ScoringSheet
from tiering.rules.checks import problems
from tiering.services.drafts import Overtaken, begin_sheet, kind_is_fixed, last_written, start_draft, write_draft
from tiering.services.preview import spread, tally

PAGE = "admin/tiering/scoringsheet/change_form.html"


@admin.register(ScoringSheet)
class ScoringSheetAdmin(AuditedAdmin):
    """A draft is edited whole on one page; a published version is shown, and drafts start from it."""

    list_display = ["label", "code", "kind", "version", "state", "published_on", "publisher"]
    list_select_related = ["published_by"]
    list_filter = ["state", "kind", "code"]
    actions = None

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def label(self, obj):
        """In the reader's language."""
        return obj.label

    @admin.display(description=gettext_lazy("Published by"), ordering="published_by__name")
    def publisher(self, obj):
        """Who put the version in force; nobody did with those that came with the product."""
        return obj.published_by.name if obj.published_by else None

    def has_delete_permission(self, request, obj=None):
        """Only a draft may be thrown away."""
        return obj is not None and obj.is_draft and super().has_delete_permission(request, obj)

    def get_urls(self):
        """The verb “start a draft” and the checks beside the usual pages."""
        start = self.admin_site.admin_view(require_POST(self.start_draft))
        check = self.admin_site.admin_view(require_POST(self.check_draft))
        return [
            path("<int:pk>/draft/", start, name="tiering_scoringsheet_draft"),
            path("<int:pk>/check/", check, name="tiering_scoringsheet_check"),
            *super().get_urls(),
        ]

    @staticmethod
    def page(sheet, query=""):
        """The address of a sheet's page."""
        return reverse("admin:tiering_scoringsheet_change", args=[sheet.pk]) + query

    def start_draft(self, request, pk):
        """Copy a version into a draft and open it."""
        sheet = self.get_object(request, str(pk))
        if sheet is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        if not self.has_change_permission(request, sheet):
            raise PermissionDenied
        return HttpResponseRedirect(self.page(start_draft(sheet=sheet, by=request.user)))

    def add_view(self, request, form_url="", extra_context=None):
        """Begin a sheet under a new code: empty, or from the version that `from` names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        named = request.GET.get("from", "")
        source = ScoringSheet.objects.filter(pk=named).first() if named.isdigit() else None
        initial = {"name": source.name, "name_en": source.name_en, "kind": source.kind} if source else None
        form = NewSheetForm(request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                draft = begin_sheet(by=request.user, source=source, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.message_user(request, _("%(sheet)s was begun.") % {"sheet": draft}, messages.SUCCESS)
                return HttpResponseRedirect(self.page(draft))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Begin a scoring sheet"),
            "opts": self.opts,
            "form": form,
            "source": source,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/tiering/scoringsheet/add_form.html", context)

    def check_draft(self, request, pk):
        """What is wrong with what stands on the page, and its totals; nothing is written."""
        sheet = ScoringSheet.objects.filter(pk=pk).first()
        if sheet is None:
            raise Http404
        if not self.has_change_permission(request, sheet):
            raise PermissionDenied
        editor = SheetEditor(sheet, request.POST, kind_fixed=kind_is_fixed(sheet))
        look = editor.looked_at()
        overtaken = not sheet.is_draft or editor.edition != sheet.edition
        context = {
            "look": look,
            "sheet": sheet,
            "overtaken": overtaken,
            "event": last_written(sheet),
            "tally": self.tallied(request, sheet, look),
        }
        return JsonResponse(
            {
                "summary": render_to_string("admin/tiering/scoringsheet/_summary.html", context, request),
                "notice": render_to_string("admin/tiering/scoringsheet/_overtaken.html", context, request)
                if overtaken
                else "",
                "places": look.places,
            }
        )

    @staticmethod
    def tallied(request, sheet, look):
        """How many customers each tier has, and would have by these points; None while the page is unsound."""
        if look.problems:
            return None
        found = tally(sheet=sheet, definition=look.definition, on=request.today)
        return found and [
            {"code": code, "before": before, "after": after, "change": after - before}
            for code, (before, after) in found.items()
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show a sheet (with `effect`, how many customers have each option), or write a draft."""
        sheet = ScoringSheet.objects.whole().filter(pk=object_id).first() if str(object_id).isdigit() else None
        if sheet is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        if not self.has_view_or_change_permission(request, sheet):
            raise PermissionDenied
        fixed = kind_is_fixed(sheet)
        editor = SheetEditor(sheet, kind_fixed=fixed) if sheet.is_draft else None
        if request.method == "POST":
            if not self.has_change_permission(request, sheet):
                raise PermissionDenied
            editor = SheetEditor(sheet, request.POST, kind_fixed=fixed)
            if editor.is_valid():
                return self.act(request, sheet, editor)
        return self.show(request, sheet, editor, extra_context)

    def act(self, request, sheet, editor):
        """Write the draft, then do what the button says; whoever was overtaken keeps the input on the page."""
        over = request.POST.get("_over", "")
        try:
            if "_anew" in request.POST and not sheet.is_draft:
                sheet, edition = self.anew(request, sheet)
            else:
                edition = int(over) if over.isdigit() else editor.edition
            sheet = write_draft(sheet=sheet, edition=edition, by=request.user, **editor.content())
        except Overtaken as error:
            if error.sheet.pk != sheet.pk:
                editor.forget_edition()
            return self.show(request, error.sheet, editor, {"overtaken": True, "event": error.event}, status=409)
        except ValidationError as error:
            editor.names.add_error(None, error)
            return self.show(request, sheet, editor, None)
        self.message_user(request, _("%(sheet)s was saved.") % {"sheet": sheet}, messages.SUCCESS)
        return HttpResponseRedirect(self.after(request, sheet))

    def after(self, request, sheet):
        """Where a saved draft leads: who would move is seen before anything is published."""
        preview = reverse("tiering:preview", args=[sheet.public_id])
        if "_publish" in request.POST:
            return f"{preview}#publish"
        return preview if "_effect" in request.POST else self.page(sheet)

    @staticmethod
    def anew(request, sheet):
        """The draft that takes the input meant for a version that was published meanwhile, and the edition to write on.

        Raises Overtaken when somebody has started the next draft already: the input must not replace that one unseen.
        """
        if ScoringSheet.objects.filter(code=sheet.code, state=SheetState.DRAFT).exists():
            raise Overtaken(ScoringSheet.objects.get(code=sheet.code, state=SheetState.DRAFT))
        draft = start_draft(sheet=sheet, by=request.user)
        return draft, draft.edition

    def show(self, request, sheet, editor, extra_context, status=200):
        """The page."""
        definition = sheet.definition()
        look = editor.looked_at() if editor else None
        counted = "effect" in request.GET
        counts = spread(sheet=sheet, on=request.today) if counted else {}
        context = {
            **self.admin_site.each_context(request),
            "title": str(sheet),
            "opts": self.opts,
            "original": sheet,
            "sheet": sheet,
            "editor": editor,
            "look": look,
            "tally": self.tallied(request, sheet, look) if look else None,
            "kinds": kinds(),
            "words": words_of_facts(),
            "event": last_written(sheet),
            "definition": definition,
            "tiers": definition.tiers,
            "rows": _rows(sheet, definition, counts),
            "editor_rows": _editor_rows(editor, counts) if editor else [],
            "problems": problems(definition, sheet.kind),
            "effect": counted,
            "has_add_permission": self.has_add_permission(request),
            "has_change_permission": self.has_change_permission(request, sheet),
            "has_delete_permission": self.has_delete_permission(request, sheet),
            **(extra_context or {}),
        }
        return TemplateResponse(request, PAGE, context, status=status)


def _rows(sheet, definition, counts):
    """Criteria with their options and how many customers have each (None: not counted)."""
    return [
        {
            "criterion": criterion,
            "source": row,
            "missing": counts.get((at, None), 0) if counts else None,
            "options": [
                {"option": option, "count": counts.get((at, place), 0) if counts else None}
                for place, option in enumerate(criterion.options)
            ],
        }
        for at, (criterion, row) in enumerate(zip(definition.criteria, sheet.criteria.all(), strict=True))
    ]


def _editor_rows(editor, counts):
    """The forms of the criteria, each option's form with how many customers have it (None: not counted)."""
    return [
        {
            "form": form,
            "missing": counts.get((at, None), 0) if counts else None,
            "options": [
                (option, counts.get((at, place), 0) if counts else None)
                for place, option in enumerate(in_order(form.options.forms))
            ],
        }
        for at, form in enumerate(in_order(editor.criteria.forms))
    ]
