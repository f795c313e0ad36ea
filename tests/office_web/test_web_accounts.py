"""Logging in and out, changing the password, and the lock after five wrong tries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.office_web.conftest import WebOffice

PASSWORD = "rotan-manis-7"


def _log_in(client: Client, password: str, name: str = "peninjau") -> int:
    sent = {"username": name, "password": password}
    return client.post("/masuk/", sent, REMOTE_ADDR="10.0.0.9").status_code


def test_logging_in_leads_to_the_start_page(office: WebOffice) -> None:
    client = Client()
    answer = client.post("/masuk/", {"username": "peninjau", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert "peninjau" in answer.content.decode()


def test_a_wrong_password_is_one_sentence(office: WebOffice) -> None:
    answer = Client().post("/masuk/", {"username": "peninjau", "password": "salah"})
    page = answer.content.decode()
    assert "Nama pengguna atau kata sandi salah." in page
    assert "salah-salah" not in page


def test_five_wrong_tries_lock_the_account_for_that_computer(office: WebOffice) -> None:
    client = Client()
    statuses = [_log_in(client, f"salah-{n}") for n in range(5)]
    assert statuses[:4] == [200, 200, 200, 200]
    assert statuses[4] == 429
    locked = client.post(
        "/masuk/", {"username": "peninjau", "password": PASSWORD}, REMOTE_ADDR="10.0.0.9"
    )
    assert locked.status_code == 429
    assert "15 menit" in locked.content.decode()
    assert _log_in(client, PASSWORD, "penyelia") == 302


def test_leaving_needs_a_post(office: WebOffice) -> None:
    client = office.client("peninjau")
    assert client.get("/keluar/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/keluar/")["Location"] == "/masuk/"
    assert client.get("/")["Location"].startswith("/masuk/")


def test_the_next_page_cannot_be_another_site(office: WebOffice) -> None:
    sent = {"username": "peninjau", "password": PASSWORD, "next": "https://jahat.example/"}
    assert Client().post("/masuk/", sent)["Location"] == "/"


def test_the_password_is_changed_with_the_old_one(office: WebOffice) -> None:
    client = office.client("peninjau")
    new = "jambu-hutan-88"
    sent = {"old_password": "salah", "new_password1": new, "new_password2": new}
    assert "Kata sandi lama salah" in client.post("/kata-sandi/", sent).content.decode()
    sent["old_password"] = PASSWORD
    answer = client.post("/kata-sandi/", sent, follow=True)
    assert "Kata sandi sudah diganti." in answer.content.decode()
    assert _log_in(Client(), new) == 302


def test_a_weak_new_password_is_refused(office: WebOffice) -> None:
    sent = {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"}
    answer = office.client("peninjau").post("/kata-sandi/", sent)
    assert answer.status_code == 200
    assert _log_in(Client(), PASSWORD) == 302


def test_who_is_sent_to_sign_in_is_told_why_and_where_it_leads(office: WebOffice) -> None:
    told = "sesudah itu halaman yang Anda minta terbuka"
    assert told in Client().get("/periksa/", follow=True).content.decode()
    assert told not in Client().get("/", follow=True).content.decode(), "nobody was anywhere yet"


@pytest.mark.parametrize(
    ("pressed", "back"),
    [
        ("/kunjungan/liyu-20261201-uji0/tutup/", "/kunjungan/liyu-20261201-uji0/"),
        ("/mutu/akhiri/1/", "/"),
    ],
)
def test_a_step_that_waited_for_signing_in_is_no_empty_page(
    office: WebOffice, pressed: str, back: str
) -> None:
    client = Client()
    asked = client.post(pressed, {"sure": "on"})["Location"]
    sent = {"username": "penyelia", "password": PASSWORD, "next": asked.split("next=")[1]}
    answer = client.post(asked, sent, follow=True)
    assert answer.redirect_chain == [(pressed, 302)]
    assert answer.status_code == 405
    page = answer.content.decode()
    assert "Langkah ini belum dikerjakan" in page
    assert f'href="{back}">Kembali' in page


def test_an_account_without_a_role_can_leave(office: WebOffice) -> None:
    """Every page refuses it, and the way back to the start page too."""
    refused = office.client("tanpa-peran").get("/")
    assert refused.status_code == 403
    assert 'action="/keluar/"' in refused.content.decode()


def test_after_a_wrong_password_only_the_password_is_typed_again(office: WebOffice) -> None:
    def focused(page: str) -> list[str]:
        fields = page.split("<input ")[1:]
        return [field.split('name="')[1].split('"')[0] for field in fields if "autofocus" in field]

    assert focused(Client().get("/masuk/").content.decode()) == ["username"]
    sent = {"username": "peninjau", "password": "salah"}
    assert focused(Client().post("/masuk/", sent).content.decode()) == ["password"]
    assert focused(Client().post("/masuk/", {"password": "x"}).content.decode()) == ["username"]
