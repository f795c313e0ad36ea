"""Forms of the account pages, with the office's own words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

PASSWORD_LABELS = {
    "old_password": "Kata sandi lama",
    "new_password1": "Kata sandi baru",
    "new_password2": "Kata sandi baru, sekali lagi",
}


class LoginForm(AuthenticationForm):
    """User name and password."""

    error_messages = {
        "invalid_login": "Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecilnya.",
        "inactive": "Akun ini sudah tidak aktif. Hubungi admin kantor.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("username", "Nama pengguna"), ("password", "Kata sandi")):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"{label} belum diisi."
        if self.is_bound and self.data.get("username"):  # typed once already
            del self.fields["username"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True


class PasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "Kata sandi lama salah. Ketik sekali lagi.",
        "password_mismatch": "Kedua kata sandi baru tidak sama. Ketik sekali lagi.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in PASSWORD_LABELS.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"{label} belum diisi."
        self.fields[
            "new_password1"
        ].help_text = "Paling sedikit 8 huruf. Jangan hanya angka, dan jangan nama sendiri."
        self.fields["new_password2"].help_text = ""
