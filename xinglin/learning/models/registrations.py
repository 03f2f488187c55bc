"""Who registered for a lecture, who waits, who came, and what they said of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.learning.lifecycle import RegistrationState
from xinglin.learning.models.lectures import Lecture
from xinglin.patrons.models import Patron


class Via(models.TextChoices):
    CHAT = "chat", _("公众号")
    PAGE = "page", _("手机页面")
    DESK = "desk", _("馆员登记")
    DOOR = "door", _("现场")


class CameBy(models.TextChoices):
    SCAN = "scan", _("扫码")
    LIVE = "live", _("直播")
    DESK = "desk", _("馆员登记")


class Registration(models.Model):
    """One person and one lecture. Whoever has no card is a guest, of whom name and phone are kept until it is over."""

    lecture = models.ForeignKey(
        Lecture, verbose_name=_("讲座"), on_delete=models.CASCADE, related_name="registrations"
    )
    patron = models.ForeignKey(
        Patron,
        verbose_name=_("读者"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="registrations",
    )
    guest_name = models.CharField(_("来宾姓名"), max_length=60, blank=True)
    guest_phone = models.CharField(_("来宾电话"), max_length=30, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=RegistrationState, default=RegistrationState.REGISTERED
    )
    via = models.CharField(_("报名途径"), max_length=10, choices=Via, default=Via.PAGE)
    # Where in the queue: whoever came later has a higher number; the place is counted, never rewritten.
    turn = models.PositiveIntegerField(_("候补序号"), null=True, blank=True, editable=False)
    registered_at = models.DateTimeField(_("报名时间"))
    seated_at = models.DateTimeField(_("得到名额"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    attended_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    came_by = models.CharField(_("签到方式"), max_length=10, choices=CameBy, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True, editable=False)
    certificate = models.CharField(_("证明编号"), max_length=20, null=True, blank=True, unique=True)
    score = models.PositiveSmallIntegerField(
        _("评分"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.TextField(_("意见"), max_length=1000, blank=True)
    rated_at = models.DateTimeField(_("评价时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("讲座报名")
        ordering = ["lecture", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lecture", "patron"], condition=Q(patron__isnull=False), name="one_seat_a_reader"
            ),
            models.UniqueConstraint(
                fields=["lecture", "guest_phone"], condition=~Q(guest_phone=""), name="one_seat_a_guest"
            ),
            models.UniqueConstraint(
                fields=["lecture", "turn"],
                condition=Q(state=RegistrationState.WAITING),
                name="one_turn_in_the_queue",
            ),
            models.CheckConstraint(
                condition=~Q(state=RegistrationState.WAITING) | Q(turn__isnull=False),
                name="who_waits_has_a_turn",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="a_score_is_one_to_five"
            ),
        ]
        indexes = [
            models.Index(fields=["lecture", "state"], name="registrations_by_state"),
            models.Index(fields=["patron", "-registered_at"], name="registrations_of_a_patron"),
            models.Index(fields=["registered_at"], name="registrations_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.lecture}"

    @property
    def name(self) -> str:
        """Whose registration it is: the reader's name, the guest's, or that it is nobody's any more."""
        if self.patron is not None:
            return self.patron.name
        return self.guest_name or str(_("（资料已删除）"))
