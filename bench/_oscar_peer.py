"""django-oscar's own way of placing orders, run by a Python that has django-oscar.

`python _oscar_peer.py URL SECONDS PROCESSES BUYERS` makes its tables in an empty database and
prints one JSON object: orders a second of three lines each (basket, offers, `OrderCreator`), their
times in ms, and how many of a hundred units `BUYERS` processes sold that asked at the same time.
"""

import json
import multiprocessing
import random
import sys
import time
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

PRODUCTS, LINES, UNITS, TRIES = 200, 3, 100, 20


def set_up(url: str) -> None:
    """Configure Django with what Oscar's sandbox asks for, and nothing that costs more."""
    import django
    from django.conf import settings
    from oscar import INSTALLED_APPS, defaults

    at = urlsplit(url)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": at.path.lstrip("/"),
        "USER": at.username,
        "PASSWORD": at.password,
        "HOST": at.hostname,
        "PORT": at.port,
    }
    told = {name: value for name, value in vars(defaults).items() if name.isupper()}
    settings.configure(
        **told,
        SECRET_KEY="bench",  # noqa: S106 - of a database that is thrown away
        USE_TZ=True,
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": database},
        INSTALLED_APPS=list(INSTALLED_APPS),
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        ROOT_URLCONF="oscar.urls",
    )
    django.setup()


def fill() -> list[int]:
    """Make the tables and products with plenty of stock; return their keys."""
    from django.core.management import call_command
    from oscar.test.factories import create_product

    call_command("migrate", verbosity=0)
    made = [
        create_product(price=Decimal("10.00"), num_in_stock=10**8, partner_name="Bench", upc=str(n))
        for n in range(PRODUCTS)
    ]
    return [one.pk for one in made]


def place(keys: list[int]) -> None:
    """Place one order of these products, as Oscar's checkout does."""
    from oscar.apps.order.utils import OrderNumberGenerator
    from oscar.core.loading import get_class, get_model
    from oscar.test.factories import create_order

    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = get_class("partner.strategy", "Selector")().strategy()
    for product in get_model("catalogue", "Product").objects.filter(pk__in=keys):
        if not basket.get_stock_info(product, []).availability.is_purchase_permitted(1)[0]:
            raise LookupError("not available")
        basket.add_product(product, quantity=1)
    get_class("offer.applicator", "Applicator")().apply(basket)
    number = f"{OrderNumberGenerator().order_number(basket)}"
    create_order(basket=basket, number=number)


def place_for(asked: tuple[str, int, list[int], float]) -> list[float]:
    """Place orders until the time is over; return how long each took in ms."""
    url, number, keys, seconds = asked
    set_up(url)
    dice, times = random.Random(number), []
    until = time.perf_counter() + seconds
    while (began := time.perf_counter()) < until:
        place(dice.sample(keys, LINES))
        times.append((time.perf_counter() - began) * 1000)
    return times


def race(asked: tuple[str, int]) -> int:
    """Try to buy one unit several times; return how often it worked."""
    url, key = asked
    set_up(url)
    sold = 0
    for _ in range(TRIES):
        try:
            place([key])
        except Exception:  # noqa: BLE001, S112 - a refusal, whichever way it is told
            continue
        sold += 1
    return sold


def scarce() -> int:
    """Make a product of which there are a hundred."""
    from oscar.test.factories import create_product

    made: Any = create_product(
        price=Decimal("10.00"), num_in_stock=UNITS, partner_name="Bench", upc="scarce"
    )
    return int(made.pk)


def main(url: str, seconds: float, processes: int, buyers: int) -> None:
    """Measure and print."""
    set_up(url)
    keys, last = fill(), scarce()
    from django.db import connection

    connection.close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        pool.map(place_for, [(url, n, keys, 2.0) for n in range(processes)], chunksize=1)
    with context.Pool(processes) as pool:
        asked = [(url, n, keys, seconds) for n in range(processes)]
        times = sorted(moment for one in pool.map(place_for, asked, chunksize=1) for moment in one)
    with context.Pool(buyers) as pool:
        sold = sum(pool.map(race, [(url, last)] * buyers, chunksize=1))
    told = {
        "per_s": len(times) / seconds,
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[len(times) * 95 // 100],
        "sold": sold,
    }
    print(json.dumps(told | {"units": UNITS}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
