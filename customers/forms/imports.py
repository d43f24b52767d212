"""The form that takes an extract."""

from pathlib import Path

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

FILES_LIMIT = 20


class FilesInput(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; the cleaned value is a list."""

    widget = FilesInput(attrs={"accept": ".zip,.csv,.txt,.tsv,.xlsx"})

    def clean(self, data, initial=None):
        """Each file checked as Django checks one."""
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class ImportForm(forms.Form):
    """Files of an extract and the day they describe."""

    files = FilesField(
        label=_("Files"),
        max_length=100,
        help_text=_(
            "One zip, or the files themselves: branches, staff, products, customers, holdings … as CSV or XLSX."
        ),
    )
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day the extract describes, usually yesterday's close."),
    )

    def clean_files(self):
        """Not too many, not too large, no two of the same name."""
        files = self.cleaned_data["files"]
        names = [Path(file.name).name for file in files]
        if len(files) > FILES_LIMIT:
            raise forms.ValidationError(
                _("At most %(n)s files at once; put them into a zip."), params={"n": FILES_LIMIT}
            )
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("Two files have the same name."))
        if sum(file.size for file in files) > settings.UPLOAD_LIMIT_BYTES:
            limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES)
            raise forms.ValidationError(
                _("Together the files are larger than %(limit)s; ask for the load to be run on the server."),
                params={"limit": limit},
            )
        return files

    def clean_as_of(self):
        """A day of our time."""
        as_of = self.cleaned_data["as_of"]
        if not 1850 <= as_of.year <= 2200:
            raise forms.ValidationError(_("The year is out of range (1850 to 2200)."))
        return as_of
