"""What ``make demo`` prints: addresses, sign-ins, and five steps through the house."""

from xinglin.demonstration.people import READER_PASSWORD, STAFF_PASSWORD

BANNER = """
══════════════════════════════════════════════════════════════════════
  杏林 Xinglin · 演示 demonstration

  微信沙箱（手机）  the phone      {phone}/
  读者手机页面      reader pages   {site}/m/
  馆员工作台        console        {site}/console/

  馆员登录 staff sign-in（密码 password {staff_password}）
    shen.liqun    沈立群  总馆管理员      consortium manager
    chen.yutong   陈雨桐  附一院分馆馆员  branch librarian
    gao.yuan      高远    编目馆员        cataloguer
    xu.wenqing    许文清  参考咨询馆员    reference librarian
    tang.jian     唐建    系统管理员      system administrator
  读者证 reader's card   XCA260001（王立新 王医生）  密码 password {reader_password}

  五步看完 a tour in five steps
    1. 打开手机，进入“杏川医学院图书馆”，发：绑定，按链接绑定读者证
       On the phone open the account, send 绑定 and bind the card above
    2. 发：搜 心电图，再发：更多        Search, then ask for more
    3. 回复序号看馆藏，点“预约”，或直接发：预约 1
       Open a record and reserve it, or send 预约 1
    4. 换到“附属妇儿医院图书馆”（个人订阅号），做同样的事：只能被动回复也走得通
       Do the same on the personal account, which can only answer
    5. 用 xu.wenqing 登录工作台，在 微信 → 读者消息 里回复读者；
       换 chen.yutong 登录，在 流通 → 取书单 里取书
       As the reference librarian answer a reader; as the branch librarian pick what was reserved

  按 Ctrl-C 停止；数据保存在 .xinglin/      Ctrl-C stops; data stays in .xinglin/
══════════════════════════════════════════════════════════════════════
"""


def banner(*, site: str, phone: str) -> str:
    """Return the first thing a newcomer reads."""
    return BANNER.format(
        site=site, phone=phone, staff_password=STAFF_PASSWORD, reader_password=READER_PASSWORD
    )
