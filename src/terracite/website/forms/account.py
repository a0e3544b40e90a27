# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import idutils
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from terracite.repository.models import Person
from terracite.repository.people import ensure_person
from terracite.website import limits, visitors

TRIES, PAUSE_SECONDS = 10, 300


def _orcid(text: str) -> str:
    """The 16 digits of an ORCID, with or without its address; `ValidationError` for a wrong one."""
    bare = text.strip().removeprefix("https://orcid.org/").upper()
    if bare and not idutils.is_orcid(bare):
        raise ValidationError(_("This is not an ORCID: it has 16 digits, such as 0000-0002-1825-0097."))
    return bare


class LoginForm(AuthenticationForm):
    """Log in; after ten wrong passwords for one name from one place, wait five minutes."""

    username = forms.CharField(
        label=_("User name"), widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def clean(self) -> dict[str, Any]:
        who = f"{self._place()}:{self.cleaned_data.get('username', '')}"
        if not limits.may("login", who, TRIES, PAUSE_SECONDS):  # counted first: many at once do not slip through
            raise ValidationError(_("Too many wrong passwords. Wait five minutes, then try again."))
        cleaned = super().clean()
        limits.forgive("login", who)
        return cleaned

    def _place(self) -> str:
        request: HttpRequest | None = self.request
        return visitors.place(request) if request else ""


class RegistrationForm(forms.Form):
    """Everything that is asked of a new person; an ORCID may come later."""

    given_name = forms.CharField(
        label=_("Given name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Family name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("For messages about your datasets. Never shown."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    orcid = forms.CharField(
        label=_("ORCID (optional)"), required=False, help_text=_("16 digits, such as 0000-0002-1825-0097.")
    )
    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label=_("User name"),
        max_length=150,
        help_text=_("Letters, digits and @ . + - _ only."),
        error_messages={"invalid": _("Use letters, digits and @ . + - _ only.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters; a sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_orcid(self) -> str:
        return _orcid(self.cleaned_data["orcid"])

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if Person.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody has this name already: choose another."))
        return name

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        names = {key: self.cleaned_data.get(key, "") for key in ("username", "email")}
        validate_password(password, Person(**names))
        return password

    def make_person(self, language: str) -> Person:
        """The new account."""
        return ensure_person(**self.cleaned_data, language=language)


if TYPE_CHECKING:  # Django's own class takes no type at run time
    PersonModelForm = forms.ModelForm[Person]
else:
    PersonModelForm = forms.ModelForm


class ProfileForm(PersonModelForm):
    """What a person may change of their account."""

    class Meta:
        model = Person
        fields: ClassVar = ["first_name", "last_name", "email", "by_mail", "orcid"]
        labels: ClassVar = {
            "first_name": _("Given name"),
            "last_name": _("Family name"),
            "email": _("E-mail"),
            "by_mail": _("Also by mail"),
            "orcid": _("ORCID (optional)"),
        }
        help_texts: ClassVar = {
            "email": _("For messages about your datasets. Never shown."),
            "by_mail": _("What happens to your datasets and desks comes as a letter too."),
            "orcid": _("16 digits, such as 0000-0002-1825-0097."),
        }

    def clean_orcid(self) -> str:
        return _orcid(self.cleaned_data["orcid"])


class SuggestedPasswordForm(PasswordChangeForm):
    """Django's, with our hint."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = _("At least 10 characters; a sentence is easy to remember.")
