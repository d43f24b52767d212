"""The form of an assessment: the questions of a sheet as chips."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tiering.models import Assessment


class AssessmentForm(forms.Form):
    """What was answered, when, and a note; `questions` (services.assessment.Question) become the first fields."""

    asked_on = forms.DateField(label=_("Asked on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=Assessment._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, questions, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["asked_on"].widget.attrs["max"] = today.isoformat()
        for question in questions:
            unknown = _("Not asked: keep the answer") if question.last else _("Don't know")
            options = [(option.value, option.label) for option in question.criterion.options]
            self.fields[named(question)] = forms.ChoiceField(
                label=question.criterion.label,
                required=False,
                choices=[*options, ("", unknown)],
                initial="",
                widget=forms.RadioSelect,
            )
        self.order_fields([named(question) for question in questions])

    def asked(self):
        """Each question with its field."""
        return [(question, self[named(question)]) for question in self.questions]

    def answers(self):
        """The answers by question, of a valid form."""
        return {question.criterion.question: self.cleaned_data[named(question)] for question in self.questions}

    def refuse(self, error):
        """Show what the service refused: beside its question or field, else on top."""
        found = error.error_dict.items() if hasattr(error, "error_dict") else [(None, error)]
        for name, errors in found:
            field = next((one for one in (f"q_{name}", name) if one in self.fields), None)
            self.add_error(field, errors)


def named(question):
    """The field of a question; a key of the sheet must not hide a field of the form."""
    return f"q_{question.criterion.question}"
