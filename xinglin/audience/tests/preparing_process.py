"""A process that writes the log of a campaign in small pages, for a test that kills it in the middle."""

import sys


def main() -> None:
    """Write the log of the campaign named on the command line, in pages of as many as named."""
    import django

    django.setup()
    from xinglin.audience.models import Campaign
    from xinglin.audience.services.preparing import prepare

    prepare(
        campaign=Campaign.objects.select_related("account").get(pk=int(sys.argv[1])), page=int(sys.argv[2])
    )


if __name__ == "__main__":
    main()
