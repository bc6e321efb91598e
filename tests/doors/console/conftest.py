"""A filled group in a lake of its own, made once for all tests of a module."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker
from tests.builders.console import World, make_world


@pytest.fixture(scope="module")
def filled(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Make the group in a transaction that is rolled back after the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("QUANQU_LAKE", str(tmp_path_factory.mktemp("lake")))
        around = transaction.atomic()
        around._from_testcase = True  # as Django's own test case: durable blocks may nest in it
        with around:
            yield make_world()
            transaction.set_rollback(True)


@pytest.fixture
def world(filled: World, db: None) -> World:
    """Return the group of tests/builders/console.py; what a test changes is undone after it."""
    return filled
