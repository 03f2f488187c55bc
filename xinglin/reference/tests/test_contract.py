"""The contract of an order: read before it is agreed to, the same ever after, and nobody else's."""

import io
from datetime import timedelta
from urllib.parse import urlsplit

import pypdf
import pytest
from django.test import Client

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers
from xinglin.reference import services
from xinglin.reference.models import Order, OrderKind
from xinglin.reference.tests.factories import NOVELTY, an_order
from xinglin.reference.tests.test_screens import bound
from xinglin.wechat.links import personal_link

pytestmark = pytest.mark.django_db


def quoted(order: Order) -> Order:
    return services.quote(order=order, fee_fen=80_000, promised_on=clock.today() + timedelta(days=7), by=None)


def text_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_client_reads_what_will_be_agreed_to_and_finds_it_again(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    order = an_order(readers.of_a, a_small_consortium.main)
    follower = bound(a_small_consortium, readers)
    phone = Client()
    phone.get(urlsplit(personal_link(follower, "/m/orders/")).path)
    page = f"/m/orders/{order.pk}/contract/"
    assert phone.get(page).status_code == 404, "nothing is offered yet"
    order = quoted(order)
    assert page in phone.get(f"/m/orders/{order.pk}/").content.decode()
    answer = phone.get(page)
    assert answer["Content-Type"] == "application/pdf"
    said = text_of(answer.content)
    for each in (
        order.contract_number,
        "¥800.00",
        "李建国",
        str(NOVELTY["title"]),
        "GB/T 32003-2015",
        "（尚未确认）",
    ):
        assert each in said, each
    assert all(point in said for point in order.points)
    services.agree(order=order, patron=readers.of_a)
    agreed = phone.get(page).content
    assert "确认本合同" in text_of(agreed)
    clock.move(timedelta(days=3))
    assert phone.get(page).content == agreed


def test_a_contract_is_shown_to_those_who_may_see_the_order(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    order = quoted(an_order(readers.of_a, cast.main, kind=OrderKind.CITATION))
    page = f"/console/reference/order/{order.pk}/contract.pdf"
    shown = signed_in(cast.manager).get(page)
    assert "自引规则" in text_of(shown.content)
    assert page in signed_in(cast.manager).get(f"/console/reference/order/{order.pk}/").content.decode()
    assert signed_in(cast.outsider).get(page).status_code in (403, 404)
    stranger = Client()
    assert stranger.get(f"/m/orders/{order.pk}/contract/").status_code == 403
