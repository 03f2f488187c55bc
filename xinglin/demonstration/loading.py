"""Putting the story into the house: through the services that everyone uses, in one transaction."""

from collections.abc import Callable

from django.db import transaction

from xinglin.catalog import indexer
from xinglin.consortium.models import Library
from xinglin.demonstration import (
    acquisitions,
    desks,
    discovery,
    front,
    harvests,
    intelligence,
    lectures,
    lending,
    machines,
    opinion,
    orders,
    people,
    profiles,
    publicity,
    shelves,
    supply,
)

Say = Callable[[str], None]


def load_once(*, say: Say = lambda _sentence: None) -> bool:
    """Load the demonstration into an empty house; return whether there was anything to do.

    All or nothing: an interrupted load leaves the house empty, and the next one begins again.
    """
    if Library.objects.exists():
        return False
    with transaction.atomic():
        libraries = people.make_libraries()
        people.make_staff(libraries)
        say("五个馆和馆员 libraries and staff")
        readers = people.make_readers(libraries)
        people.let_phones_sign_in(readers)
        say(f"{len(readers)} 位读者 readers")
        records = shelves.make_catalogue()
        shelves.fill_the_shelves(records, libraries)
        say(f"{len(records)} 种书目及馆藏 records and items")
        lending.make_rules(libraries)
        out = lending.lend_and_return(readers)
        shelves.place_holds(records, readers, libraries)
        rooms, carts = desks.open_rooms_and_send_carts(libraries, readers)
        desks.hurry_one_and_bring_one(libraries)
        floated = desks.make_returning_easy(libraries, readers)
        say(f"{floated} 册浮动馆藏 floating copies, days without charges, fees paid elsewhere")
        say(f"{rooms} 间阅览室，{carts} 条书车路线 reading rooms and carts")
        say(f"{out} 册在外，{len(records)} 种可查 loans and holds")
        say(f"{machines.put_machines(libraries, readers)} 台自助设备 self-check machines")
        discovery.help_to_find(records, libraries, readers)
        harvests.harvest_a_neighbour(libraries)
        say(f"{supply.bring_documents(libraries, readers)} 个文献传递申请 documents asked for")
        supply.borrow_between_libraries(libraries, readers)
        front.make_front(libraries)
        say("公众号、通知和资源导航 accounts, notices and resources")
        say(f"{publicity.make_publicity(libraries)} 篇科普在写、在审、已发布 articles in review")
        say(
            f"{orders.make_orders(libraries)} 份查新查引委托 orders for novelty searches and citation reports"
        )
        say(f"{lectures.hold_lectures(libraries, readers)} 场讲座 lectures and trainings")
        say(f"{intelligence.make_topics(libraries)} 个情报专题 topics that are followed")
        say(f"{profiles.make_profiles(libraries, readers)} 项定题推送 profiles, and the first pushes")
        say(f"{profiles.make_products(readers)} 份情报产品 bulletins, digests and reports")
        say(f"{opinion.make_watch(libraries)} 条舆情和一份决策简报 stories that are watched and a brief")
        say(f"{acquisitions.make_suggestions()} 条荐购 suggestions")
        say(f"{acquisitions.make_orders(libraries)} 份采购订单 orders to vendors")
        say(f"{acquisitions.make_subscriptions(libraries)} 种期刊 serials")
    indexer.index_now()
    return True
