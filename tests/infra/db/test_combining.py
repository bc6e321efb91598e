"""Many threads ask at once; each gets its own answer, whoever decides."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from quanqu.infra.db.facade import Combiner


def test_alone_it_decides_at_once_for_itself():
    here = []
    combiner = Combiner(lambda asked: here.append(threading.get_ident()) or asked, most=10)

    assert combiner.ask("tea") == "tea"
    assert here == [threading.get_ident()]


def test_everybody_gets_the_answer_to_their_own_question_once():
    sets = []

    def decide(asked):
        sets.append(list(asked))
        time.sleep(0.001)
        return [one * 2 for one in asked]

    combiner = Combiner(decide, most=8)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(combiner.ask, range(2_000)))

    assert answers == [one * 2 for one in range(2_000)]
    assert sorted(one for asked in sets for one in asked) == list(range(2_000))
    assert max(map(len, sets)) == 8
    assert len(sets) < 1_500, "who waits is answered together"


def test_one_set_is_decided_at_a_time_in_the_order_of_arrival():
    busy, seen = threading.Lock(), []

    def decide(asked):
        assert busy.acquire(blocking=False)
        time.sleep(0.0005)
        seen.extend(asked)
        busy.release()
        return asked

    combiner = Combiner(decide, most=100)

    def ask_in_turn(who):
        for number in range(50):
            combiner.ask((who, number))

    threads = [threading.Thread(target=ask_in_turn, args=(who,)) for who in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    for who in range(16):
        assert [number for other, number in seen if other == who] == list(range(50))


def test_a_question_nobody_can_answer_fails_alone():
    def decide(asked):
        if "poison" in asked:
            raise ValueError("poison")
        return asked

    combiner = Combiner(decide, most=50)

    def ask(number):
        what = "poison" if number % 20 == 7 else number
        try:
            return combiner.ask(what)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(ask, range(400)))

    assert answers == ["poison" if number % 20 == 7 else number for number in range(400)]


def test_after_an_interruption_of_the_leader_others_go_on():
    first = threading.Event()

    def decide(asked):
        if not first.is_set():
            first.set()
            raise KeyboardInterrupt
        return asked

    combiner = Combiner(decide, most=5)
    with pytest.raises(KeyboardInterrupt):
        combiner.ask(1)

    assert combiner.ask(2) == 2
