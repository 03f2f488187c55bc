"""Entering a self-check machine or a gate, and changing what it may do and how it speaks."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.models import Charset, ChecksumUse, Device, DeviceRight, DueForm, Terminator
from xinglin.console.access import StaffRequest
from xinglin.console.screens import FormScreen, screen
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

CHANGE = "circulation.change_device"
Files = MultiValueDict[str, Any] | None


class DeviceForm(forms.Form):
    """What is said of a machine."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    place = forms.CharField(label=gettext_lazy("位置"), max_length=60, required=False)
    login = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("设备用 93 消息登录时填写；不登录的设备必须限定网络地址段"),
    )
    password = forms.CharField(
        label=gettext_lazy("登录密码"),
        max_length=60,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 8 位；修改时不填则不变"),
    )
    networks = forms.CharField(
        label=gettext_lazy("网络地址段"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("每行一段，例如 10.20.0.0/16 或 10.20.3.4"),
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("可以办理"),
        choices=DeviceRight.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("安全门什么也不用勾：查图书总是可以的"),
    )
    needs_password = forms.BooleanField(label=gettext_lazy("读者须输密码"), required=False)
    charset = forms.ChoiceField(label=gettext_lazy("字符集"), choices=Charset.choices)
    checksum = forms.ChoiceField(label=gettext_lazy("校验"), choices=ChecksumUse.choices)
    terminator = forms.ChoiceField(label=gettext_lazy("行尾"), choices=Terminator.choices)
    due_form = forms.ChoiceField(label=gettext_lazy("应还日期写法"), choices=DueForm.choices)

    def file(self) -> dict[str, Any]:
        """Return what was typed, as the deed takes it."""
        told = dict(self.cleaned_data)
        told["networks"] = [line.strip() for line in told["networks"].splitlines() if line.strip()]
        return told


class _DeviceForm(FormScreen[Device]):
    listing = "circulation.devices"
    detail = "circulation.device"
    permission = CHANGE


class NewDeviceForm(DeviceForm):
    """A machine and the library where it stands."""

    library = forms.ModelChoiceField(label=gettext_lazy("所在馆"), queryset=Library.objects.none())
    field_order = ("library",)


@screen
class NewDevice(_DeviceForm):
    """Enter a machine."""

    name = "circulation.device.new"
    title = gettext_lazy("登记设备")
    form = NewDeviceForm

    def make_form(
        self, request: StaffRequest, row: Device | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = NewDeviceForm(
            data,
            initial={
                "library": staff_of(request).library_id,
                "rights": [DeviceRight.LEND, DeviceRight.CHECK_IN, DeviceRight.RENEW, DeviceRight.PATRON],
            },
        )
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Device | None) -> Device:
        return services.add_device(by=staff_of(request), **cast(NewDeviceForm, form).file())


@screen
class EditDevice(_DeviceForm):
    """Change a machine's rights or dialect; it holds from its next line on."""

    name = "circulation.device.edit"
    title = gettext_lazy("修改设备")
    form = DeviceForm
    edits = True
    version_field = "version"

    def initial(self, request: StaffRequest, row: Device | None) -> dict[str, object]:
        started = super().initial(request, row)
        if row is not None:
            started |= {"networks": "\n".join(row.networks), "password": ""}
        return started

    def save(self, request: StaffRequest, form: forms.Form, row: Device | None) -> Device:
        if row is None:
            raise LookupError("a machine is changed on its own page")
        return services.amend_device(device=row, by=staff_of(request), **cast(DeviceForm, form).file())
