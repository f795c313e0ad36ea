"""Making accounts and setting passwords, for the command line."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from office.accounts.roles import Role, grant
from office.errors import OfficeError


class AccountError(OfficeError):
    """The account cannot be made or changed as asked."""


def weakness(password: str, user: User) -> str | None:
    """Why a password is weak, in one sentence; None for a good one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def _check_name(username: str) -> None:
    try:
        User._meta.get_field("username").run_validators(username)
    except ValidationError as error:
        raise AccountError(f"Nama akun “{username}” tidak bisa dipakai.") from error


def add_account(username: str, password: str, role: Role) -> User:
    """Make an account with one role. Raises AccountError when the name is taken or unusable."""
    _check_name(username)
    if User.objects.filter(username=username).exists():
        raise AccountError(
            f"Akun “{username}” sudah ada; ganti sandinya dengan `sotarsa user password`."
        )
    with transaction.atomic():
        user = User.objects.create_user(username, password=password)
        grant(user, role)
    return user


def set_password(username: str, password: str) -> User:
    """Give an account another password. Raises AccountError when there is no such account."""
    user = find_account(username)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def find_account(username: str) -> User:
    """The account with this name. Raises AccountError."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise AccountError(f"Akun “{username}” tidak ada.")
    return user
