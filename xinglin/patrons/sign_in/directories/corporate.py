"""企业微信 and 钉钉: the corporation's own file says who a member is."""

from collections.abc import Mapping
from urllib.parse import urlencode

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.patrons.errors import DirectoryRefuses
from xinglin.patrons.models import Directory
from xinglin.patrons.sign_in.directories.asking import an_object, ask, brought_word, word

WECOM = "https://qyapi.weixin.qq.com"
WECOM_LOGIN = "https://login.work.weixin.qq.com/wwlogin/sso/login"
DINGTALK = "https://api.dingtalk.com"
DINGTALK_LOGIN = "https://login.dingtalk.com/oauth2/auth"

# ---- 企业微信: developer.work.weixin.qq.com, 网页登录 and 身份验证 ------------------------------------------------


def wecom_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "login_type": "CorpApp",
        "appid": directory.client_id,
        "agentid": directory.agent_id,
        "redirect_uri": back,
        "state": state,
    }
    return f"{WECOM_LOGIN}?{urlencode(query)}"


def wecom_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    base = (directory.address or WECOM).rstrip("/")
    code = brought_word(directory, brought, "code")
    query = {"corpid": directory.client_id, "corpsecret": directory.secret}
    token = _told(directory, ask(directory, "GET", f"{base}/cgi-bin/gettoken", params=query))
    access = {"access_token": str(token.get("access_token", ""))}
    who = _told(
        directory, ask(directory, "GET", f"{base}/cgi-bin/auth/getuserinfo", params={**access, "code": code})
    )
    return word(directory, who, "userid", "UserId")


def _told(directory: Directory, answer: httpx.Response) -> dict[str, object]:
    found = an_object(directory, answer)
    if found.get("errcode") not in (0, None):
        raise DirectoryRefuses(
            _("%(name)s没有接受这次登录（错误码 %(code)s）；请再试一次。"),
            name=directory.name,
            code=found.get("errcode"),
        )
    return found


# ---- 钉钉: open.dingtalk.com, 登录第三方网站, then the staff file by unionid -----------------------------------------


def dingtalk_begin(directory: Directory, back: str, state: str, nonce: str) -> str:
    query = {
        "response_type": "code",
        "client_id": directory.client_id,
        "redirect_uri": back,
        "scope": "openid",
        "state": state,
        "prompt": "consent",
    }
    return f"{DINGTALK_LOGIN}?{urlencode(query)}"


def dingtalk_finish(directory: Directory, brought: Mapping[str, str], back: str, nonce: str) -> str:
    """Ask who came back, then the corporation's own file for the job number: the nickname proves nothing."""
    base = (directory.address or DINGTALK).rstrip("/")
    old = base.replace("//api.", "//oapi.")
    app = {"clientId": directory.client_id, "clientSecret": directory.secret}
    code = brought_word(directory, brought, "authCode", "code")
    user = an_object(
        directory,
        ask(
            directory,
            "POST",
            f"{base}/v1.0/oauth2/userAccessToken",
            json={**app, "code": code, "grantType": "authorization_code"},
        ),
    )
    me = an_object(
        directory,
        ask(
            directory,
            "GET",
            f"{base}/v1.0/contact/users/me",
            headers={"x-acs-dingtalk-access-token": str(user.get("accessToken", ""))},
        ),
    )
    ours = an_object(
        directory,
        ask(
            directory,
            "POST",
            f"{base}/v1.0/oauth2/accessToken",
            json={"appKey": directory.client_id, "appSecret": directory.secret},
        ),
    )
    access = {"access_token": str(ours.get("accessToken", ""))}
    union = {"unionid": str(me.get("unionId", ""))}
    found = _told(
        directory, ask(directory, "POST", f"{old}/topapi/user/getbyunionid", params=access, json=union)
    )
    result = found.get("result")
    userid = str(result.get("userid", "")) if isinstance(result, dict) else ""
    file = _told(
        directory,
        ask(directory, "POST", f"{old}/topapi/v2/user/get", params=access, json={"userid": userid}),
    )
    told = file.get("result")
    return word(directory, told if isinstance(told, dict) else {}, "job_number", "userid")
