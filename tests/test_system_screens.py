"""The screens of the house itself: failed work is seen and run again, deeds are read by who may."""

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.commons import history
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_says_its_name_and_can_be_run_again(a_small_consortium: SmallConsortium) -> None:
    job_id = app.configure_task("xinglin.no_such_task", allow_unknown=True).defer()
    run_errands()
    job = ProcrastinateJob.objects.get(pk=job_id)
    assert job.status == "failed"
    administrator = signed_in(a_small_consortium.system_administrator)
    assert "no_such_task" in administrator.get("/console/system/jobs/?status=failed").content.decode()
    administrator.post(f"/console/system/job/{job_id}/do/run_again/")
    job.refresh_from_db()
    assert job.status == "todo"


@pytest.mark.django_db
def test_who_may_not_look_after_jobs_does_not_see_them(a_small_consortium: SmallConsortium) -> None:
    librarian = signed_in(a_small_consortium.librarian_a)
    assert librarian.get("/console/system/jobs/").status_code == 403
    assert librarian.get("/console/system/history/").status_code == 403


@pytest.mark.django_db
def test_the_audit_administrator_reads_deeds_in_chinese(a_small_consortium: SmallConsortium) -> None:
    history.record(a_small_consortium.a, "set_week", by=a_small_consortium.manager.user, reason="暑期")
    page = (
        signed_in(a_small_consortium.audit_administrator)
        .get(reverse("console:system.history"))
        .content.decode()
    )
    assert "设置开馆时间" in page
    assert "暑期" in page


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_is_a_page_with_a_sentence(client: Client) -> None:
    answer = client.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_open_too_long_says_so(a_small_consortium: SmallConsortium) -> None:
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/console/sign-in/", {"username": "manager", "password": "x"})
    assert answer.status_code == 403
    assert "停留太久" in answer.content.decode()
