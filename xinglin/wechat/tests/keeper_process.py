"""One of the processes of the token test: for each line it reads, it says the account's present token."""

import sys

import django

django.setup()

from xinglin.wechat.calling import client_for  # noqa: E402
from xinglin.wechat.models import Account  # noqa: E402


def main(account_id: int) -> None:
    account = Account.objects.get(pk=account_id)
    tokens = client_for(account)._transport._tokens
    print("ready", flush=True)
    for line in sys.stdin:
        rejected = line.strip()
        print(tokens.replace(rejected) if rejected else tokens.current(), flush=True)


main(int(sys.argv[1]))
