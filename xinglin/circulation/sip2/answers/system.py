"""99 and 98: what the machine may do here. 93 and 97 are the conversation's own."""

from xinglin.circulation.models import DeviceRight
from xinglin.circulation.sip2.asking import Answer, Asking, answers, flag, told

TIMEOUT_TENTHS = 100
RETRIES = 3
PROTOCOL = "2.00"


def _offline(asking: Asking, sentence: str) -> Answer:
    fixed = f"NNNNNN{TIMEOUT_TENTHS:03d}{RETRIES:03d}{asking.stamp}{PROTOCOL}"
    return Answer("98", fixed, [("AO", ""), ("BX", "N" * 16), *told(sentence)], refused=sentence)


@answers("99", refuse=_offline)
def status(asking: Asking) -> Answer:
    """Say what is open to the machine, message by message (BX)."""
    device = asking.device
    may = {right: device.may(right) for right in DeviceRight}
    fixed = (
        "Y"
        + flag(may[DeviceRight.CHECK_IN])
        + flag(may[DeviceRight.LEND])
        + flag(may[DeviceRight.RENEW])
        + flag(may[DeviceRight.BLOCK])
        + "Y"
        + f"{TIMEOUT_TENTHS:03d}{RETRIES:03d}{asking.stamp}{PROTOCOL}"
    )
    supported = "".join(
        flag(each)
        for each in (
            may[DeviceRight.PATRON],
            may[DeviceRight.LEND],
            may[DeviceRight.CHECK_IN],
            may[DeviceRight.BLOCK],
            True,  # status
            True,  # resend
            True,  # login
            may[DeviceRight.PATRON],
            True,  # end of the reader's session
            may[DeviceRight.PAY],
            True,  # item information
            False,  # item status update: what it would change is the cataloguer's
            may[DeviceRight.BLOCK],
            may[DeviceRight.HOLD],
            may[DeviceRight.RENEW],
            may[DeviceRight.RENEW],
        )
    )
    fields = [
        ("AO", device.library.code),
        ("AM", device.library.name),
        ("BX", supported),
        ("AN", device.place or device.name),
    ]
    return Answer("98", fixed, fields)
