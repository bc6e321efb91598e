"""Many threads ask at once; each gets its own answer, whoever decides."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from quanqu.infra.db.facade import Combiner, Question, do_alone, do_together


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


def test_many_questions_of_many_threads_each_get_their_own_answer():
    def decide(asked):
        time.sleep(0.0002)
        return [one * 2 for one in asked]

    combiner = Combiner(decide, most=7)

    def ask(start):
        return [one.get() for one in combiner.ask_many(range(start, start + start % 12))]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(600)))
    assert answers == [[one * 2 for one in range(at, at + at % 12)] for at in range(600)]


def doubling(combiner, number):
    if number == 3:
        raise ValueError(number)
    try:
        first = yield Question(combiner, number)
    except KeyError:
        return "unknown"
    if number % 2:
        return first
    second = yield Question(combiner, first)
    return second


def test_works_side_by_side_ask_as_one_set_and_end_each_for_itself():
    sets = []

    def decide(asked):
        sets.append(sorted(asked))
        if 5 in asked:
            raise KeyError(5)
        return [one * 2 for one in asked]

    combiner = Combiner(decide, most=50)
    found = do_together([doubling(combiner, number) for number in range(7)])

    assert [one.value for one in found] == [0, 2, 8, None, 16, "unknown", 24]
    assert isinstance(found[3].error, ValueError)
    assert sets[0] == [0, 1, 2, 4, 5, 6]
    assert sets[-1] == [0, 4, 8, 12], "who asked alone after the failure goes on together"
    assert do_alone(doubling(combiner, 4)) == 16
    with pytest.raises(ValueError, match="3"):
        do_alone(doubling(combiner, 3))
