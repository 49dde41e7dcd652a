"""The client step by step: which request follows which answer, with which numbers, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

import pytest

from sim.client.actions import TURN, Action, Ask, Request, Send, Wait
from sim.client.batching.pieces import Object, Resume
from sim.client.outcomes import Dropped, Ending, NoService, Outcome, Response, Woken
from sim.client.retry.backoff import Fixed
from sim.client.retry.breakers import AdaptiveThrottling, Breaker
from sim.client.retry.budgets import CallBucket, RetryQuota
from sim.client.retry.history import Draw
from sim.client.retry.jitter import NoJitter
from sim.client.retry.policy import Hedge, Policy, Retrier
from sim.client.retry.stop import Stop
from sim.client.workflow import Board, Client, Crew, upload

PATIENT = Policy("patient", backoff=Fixed(10.0))
ONCE = Policy("once", stop=Stop(attempts=1))
WHOLE = Object("photo-1", 100)

Answer = Callable[[float], Outcome]
"""What the world answers to a request that ends at this moment."""


def half(_purpose: int, _n: int) -> float:
    return 0.5


def status(number: int, acked: int = 0, retry_after: float | None = None) -> Answer:
    return lambda at: Response(at, number, acked, retry_after)


def play(client: Client, answers: Sequence[Answer]) -> tuple[list[tuple[float, Request]], Ending]:
    """Each request takes a second; after the last of the answers everything is stored whole."""
    now = 0.0
    made: list[tuple[float, Request]] = []
    action: Action = next(client)
    while True:
        outcome: Outcome
        if isinstance(action, Wait):
            now = max(now, action.until)
            outcome = Woken(now)
        else:
            made.append((now, action))
            assert len(made) < 100
            now += 1.0
            end = action.offset + action.length if isinstance(action, Send) else 0
            n = len(made) - 1
            outcome = answers[n](now) if n < len(answers) else Response(now, 200, end)
        try:
            action = client.send(outcome)
        except StopIteration as stop:
            return made, stop.value


def sent(made: list[tuple[float, Request]]) -> list[tuple[float, int, int, int]]:
    """When, from where, how many bytes, in which attempt."""
    return [(t, r.offset, r.length, r.attempt) for t, r in made if isinstance(r, Send)]


def test_an_attempt_carries_the_apps_timeout_or_else_the_scenarios() -> None:
    made, _ = play(upload([WHOLE], PATIENT, Crew(5.0), 60.0, half), [])
    assert made == [(5.0, Send("photo-1", 0, 100, 100, 60.0, 1, inf))]
    impatient = Policy("p", backoff=Fixed(10.0), timeout=7.0, idle=3.0)
    made, _ = play(upload([WHOLE], impatient, Crew(5.0), 60.0, half), [])
    assert made == [(5.0, Send("photo-1", 0, 100, 100, 7.0, 1, 3.0))]


def test_attempts_are_numbered_piece_by_piece() -> None:
    objects = [WHOLE, Object("photo-2", 50)]
    drawn: list[int] = []

    def draw(_purpose: int, n: int) -> float:
        drawn.append(n)
        return 0.5

    answers: list[Answer] = [Dropped, NoService]
    made, ending = play(upload(objects, PATIENT, Crew(0.0), 60.0, draw), answers)
    assert ending is Ending.SENT
    assert drawn == [1, 2], "and draws by all attempts of the client"
    assert sent(made) == [(0, 0, 100, 1), (11, 0, 100, 2), (22, 0, 100, 3), (23, 0, 50, 1)]


@pytest.mark.parametrize(("number", "ending"), [(200, "sent"), (299, "sent"), (300, "gave-up")])
def test_a_success_is_a_status_from_200_to_299(number: int, ending: str) -> None:
    _, end = play(upload([WHOLE], ONCE, Crew(0.0), 60.0, half), [status(number)])
    assert end is (Ending.SENT if ending == "sent" else Ending.GAVE_UP)


@pytest.mark.parametrize(("gives_up", "attempts"), [(11.0, 1), (11.1, 2)])
def test_nothing_is_put_off_to_the_moment_at_which_patience_ends(
    gives_up: float, attempts: int
) -> None:
    made, ending = play(
        upload([WHOLE], PATIENT, Crew(0.0, gives_up), 60.0, half), [Dropped, Dropped, Dropped]
    )
    assert len(made) == attempts
    assert ending is Ending.GAVE_UP


def test_each_press_has_a_draw_of_its_own() -> None:
    asked: list[int] = []

    def draw(_purpose: int, n: int) -> float:
        asked.append(n)
        return n / 10

    stops = Policy("p", stop=Stop(attempts=1), jitter=Undrawn())
    crew = Crew(0.0, press_again=100.0)
    made, _ = play(upload([WHOLE], stops, crew, 60.0, draw), [Dropped] * 3)
    # one second, then 100 * (0.5 + n / 10)
    assert [t for t, _ in made] == pytest.approx([0, 61, 132, 213])


class Undrawn(NoJitter):
    """Waits nothing; the app stops after the first attempt anyway."""


# a turn


def test_a_station_asks_for_its_turn_before_it_sends() -> None:
    made, ending = play(upload([WHOLE], PATIENT, Crew(5.0), 60.0, half, turn=True), [])
    assert made == [
        (5.0, Ask(TURN, "turn", 60.0, 1)),
        (6.0, Send("photo-1", 0, 100, 100, 60.0, 1, inf)),
    ]
    assert ending is Ending.SENT


def test_a_refused_turn_is_asked_for_again_after_one_to_two_times_the_servers_wait() -> None:
    draws: list[int] = []

    def draw(_purpose: int, n: int) -> float:
        draws.append(n)
        return 0.25

    client = upload([WHOLE], PATIENT, Crew(0.0), 60.0, draw, turn=True)
    made, _ = play(client, [status(429, 0, 40.0), status(429, 0, 40.0)])
    assert [t for t, _ in made] == [0.0, 51.0, 102.0, 103.0]
    assert draws == [1, 2], "each wait has a draw of its own"
    assert [r.attempt for _, r in made] == [1, 1, 1, 1]


@pytest.mark.parametrize(("gives_up", "asked"), [(61.0, 1), (61.5, 2)])
def test_no_turn_is_awaited_beyond_patience(gives_up: float, asked: int) -> None:
    crew = Crew(0.0, gives_up)
    client = upload([WHOLE], PATIENT, crew, 60.0, half, turn=True)
    made, ending = play(client, [status(429, 0, 40.0)] * 9)
    assert len(made) == asked
    assert ending is Ending.GAVE_UP


def test_a_turn_that_fails_otherwise_is_retried_by_the_policy() -> None:
    client = upload([WHOLE], PATIENT, Crew(0.0), 60.0, half, turn=True)
    made, _ = play(client, [Dropped, status(429), status(503)])
    assert [t for t, _ in made] == [0.0, 11.0, 22.0, 33.0, 34.0]
    twice = Policy("p", backoff=Fixed(10.0), stop=Stop(attempts=2))
    made, ending = play(upload([WHOLE], twice, Crew(0.0), 60.0, half, turn=True), [Dropped] * 9)
    assert len(made) == 2, "the second failure is known to be the second"
    assert ending is Ending.GAVE_UP
    late = upload([WHOLE], PATIENT, Crew(5.0, 5.0), 60.0, half, turn=True)
    assert play(late, []) == ([], Ending.GAVE_UP)


def test_a_breaker_that_is_open_beyond_patience_ends_the_wait_for_a_turn() -> None:
    policy = Policy("p", backoff=Fixed(1.0), guards=(Breaker(0.5, 2, 60.0),))
    client = upload([WHOLE], policy, Crew(0.0, 50.0), 60.0, half, turn=True)
    made, ending = play(client, [Dropped, Dropped])
    assert [type(r) for _, r in made] == [Ask, Ask]
    assert ending is Ending.GAVE_UP


def test_a_turn_that_is_asked_for_again_is_a_retry_to_the_budgets() -> None:
    policy = Policy("p", backoff=Fixed(1.0), guards=(CallBucket(1.5, per_call=1.0),))
    client = upload([WHOLE], policy, Crew(0.0), 60.0, half, turn=True)
    made, ending = play(client, [Dropped] * 9)
    assert (len(made), ending) == (2, Ending.GAVE_UP), "only the call filled the bucket"
    made, ending = play(upload([WHOLE], policy, Crew(0.0), 60.0, half), [Dropped] * 9)
    assert (len(made), ending) == (2, Ending.GAVE_UP), "so it is with photographs"


# resuming


def test_tus_creates_once_and_asks_where_to_go_on() -> None:
    tus = Object("photo-1", 100, 40, Resume.TUS)
    answers: list[Answer] = [Dropped, status(201), status(204, 40), Dropped, status(200, 55)]
    made, ending = play(upload([tus], PATIENT, Crew(0.0), 60.0, half), answers)
    assert ending is Ending.SENT
    assert made == [
        (0.0, Ask("photo-1", "create", 60.0, 1)),
        (11.0, Ask("photo-1", "create", 60.0, 2)),
        (12.0, Send("photo-1", 0, 40, 100, 60.0, 2)),
        (13.0, Send("photo-1", 40, 40, 100, 60.0, 1)),
        (24.0, Ask("photo-1", "offset", 60.0, 2)),
        (25.0, Send("photo-1", 55, 40, 100, 60.0, 2)),
        (26.0, Send("photo-1", 95, 5, 100, 60.0, 1)),
    ]


def test_what_the_server_has_after_all_is_not_sent_again() -> None:
    obj = Object("photo-1", 100, 40, Resume.IETF)
    made, _ = play(
        upload([obj], PATIENT, Crew(0.0), 60.0, half), [Dropped, status(204, 40), status(200, 80)]
    )
    assert sent(made) == [(0.0, 0, 40, 1), (12.0, 40, 40, 1), (13.0, 80, 20, 1)]
    made, ending = play(upload([obj], PATIENT, Crew(0.0), 60.0, half), [Dropped, status(204, 100)])
    assert (len(made), ending) == (2, Ending.SENT)


def test_a_phone_without_service_has_sent_nothing_and_need_not_ask() -> None:
    obj = Object("photo-1", 100, None, Resume.IETF)
    made, _ = play(upload([obj], PATIENT, Crew(0.0), 60.0, half), [NoService])
    assert sent(made) == [(0.0, 0, 100, 1), (11.0, 0, 100, 2)]
    made, _ = play(upload([obj], PATIENT, Crew(0.0), 60.0, half), [Dropped, NoService])
    assert [type(r) for _, r in made] == [Send, Ask, Ask, Send]


@pytest.mark.parametrize(("restarts", "attempt"), [(True, 1), (False, 2)])
def test_progress_restarts_the_count_where_the_policy_says_so(restarts: bool, attempt: int) -> None:
    policy = Policy("p", backoff=Fixed(10.0), progress_restarts=restarts)
    obj = Object("photo-1", 100, None, Resume.IETF)
    made, _ = play(upload([obj], policy, Crew(0.0), 60.0, half), [Dropped, status(204, 30)])
    assert sent(made)[-1] == (12.0, 30, 70, attempt)
    made, _ = play(upload([obj], policy, Crew(0.0), 60.0, half), [Dropped, status(204, 0)])
    assert sent(made)[-1] == (12.0, 0, 100, 2), "nothing new was kept"


def test_a_yes_that_keeps_nothing_counts_as_a_failure() -> None:
    obj = Object("photo-1", 100, 40, Resume.IETF)
    twice = Policy("p", backoff=Fixed(10.0), stop=Stop(attempts=2), retry_on=frozenset({200}))
    made, ending = play(upload([obj], twice, Crew(0.0), 60.0, half), [status(200)] * 9)
    assert sent(made) == [(0.0, 0, 40, 1), (11.0, 0, 40, 2)]
    assert ending is Ending.GAVE_UP


def test_chunks_double_after_a_success_and_fall_back_after_a_failure() -> None:
    obj = Object("photo-1", 1000, 10, Resume.IETF, 60)
    answers: list[Answer] = [
        *(status(200, kept) for kept in (10, 30, 70, 130)), Dropped, status(204, 130)
    ]  # fmt: skip
    made, _ = play(upload([obj], PATIENT, Crew(0.0), 60.0, half), answers)
    assert [length for _, _, length, _ in sent(made)][:8] == [10, 20, 40, 60, 60, 10, 20, 40]


# hedging


def test_a_copy_begins_its_delay_after_the_first_and_stops_when_another_has_arrived() -> None:
    policy = Policy("p", backoff=Fixed(10.0), hedge=Hedge(1, 5.0))
    board = Board()
    first = upload([WHOLE], policy, Crew(2.0), 60.0, half, board=board)
    assert next(first) == Wait(2.0)
    assert first.send(Woken(2.0)) == Wait(2.0)
    assert isinstance(first.send(Woken(2.0)), Send)
    copy = upload([WHOLE], policy, Crew(2.0), 60.0, half, copy=1, board=board)
    next(copy)
    assert copy.send(Woken(3.0)) == Wait(7.0)
    assert isinstance(copy.send(Woken(7.0)), Send)
    assert board.begun == {"photo-1": 2.0}
    with pytest.raises(StopIteration, match="sent"):
        first.send(Response(8.0, 200, 100))
    assert board.arrived == {"photo-1"}
    assert copy.send(Dropped(9.0)) == Wait(19.0)
    with pytest.raises(StopIteration) as stop:
        copy.send(Woken(19.0))
    assert stop.value.value is Ending.SENT, "the other copy has arrived"


def test_without_a_hedge_a_board_delays_nothing() -> None:
    client = upload([WHOLE], PATIENT, Crew(2.0), 60.0, half, copy=1, board=Board())
    assert [t for t, _ in play(client, [])[0]] == [2.0]


# guards


def test_an_open_breaker_holds_attempts_back_until_it_half_opens() -> None:
    policy = Policy("p", backoff=Fixed(1.0), guards=(Breaker(0.5, 2, 60.0),))
    made, ending = play(upload([WHOLE], policy, Crew(0.0), 60.0, half), [Dropped, Dropped])
    assert sent(made) == [(0.0, 0, 100, 1), (2.0, 0, 100, 2), (63.0, 0, 100, 3)]
    assert ending is Ending.SENT
    for gives_up, attempts in ((63.0, 2), (63.5, 3)):
        crew = Crew(0.0, gives_up)
        made, ending = play(upload([WHOLE], policy, crew, 60.0, half), [Dropped] * 3)
        assert (len(made), ending) == (attempts, Ending.GAVE_UP)


def test_a_withheld_attempt_has_a_number_and_counts_as_failed() -> None:
    asked: list[int] = []

    def draw(_purpose: int, n: int) -> float:
        asked.append(n)
        return 0.6

    policy = Policy("p", backoff=Fixed(10.0), guards=(AdaptiveThrottling(2.0, 1000.0),))
    crew = Crew(0.0, gives_up=60.0)  # it would be withheld for ever
    made, ending = play(upload([WHOLE], policy, crew, 60.0, draw), [Dropped, Dropped])
    # attempts 1 and 2 fail; number 3 is withheld (2 / 3), so are 4 (3 / 4) and all that follow
    assert [t for t, _ in made] == [0.0, 11.0]
    assert ending is Ending.GAVE_UP
    assert asked[:6] == [1, 2, 2, 3, 3, 4]


def test_a_guard_outlives_the_upload_where_its_app_process_does() -> None:
    policy = Policy("p", backoff=Fixed(1.0), guards=(RetryQuota(5, 5, 5, 5),))
    retrier = Retrier(policy, half)
    objects = [WHOLE]
    made, ending = play(
        upload(objects, policy, Crew(0.0), 60.0, half, retrier=retrier), [Dropped, Dropped]
    )
    assert (len(made), ending) == (2, Ending.GAVE_UP), "its one retry is spent"
    made, ending = play(upload(objects, policy, Crew(0.0), 60.0, half, retrier=retrier), [Dropped])
    assert (len(made), ending) == (1, Ending.GAVE_UP)
    fresh = upload(objects, policy, Crew(0.0), 60.0, half)
    assert len(play(fresh, [Dropped])[0]) == 2


def test_a_success_gives_the_budget_back_what_the_retry_took() -> None:
    policy = Policy("p", backoff=Fixed(1.0), guards=(Breaker(1.0, 99, 1.0), RetryQuota(5, 5, 5, 5)))
    objects = [Object(f"photo-{i}", 10) for i in range(3)]
    answers: list[Answer] = [Dropped, status(200), Dropped, status(200), Dropped]
    made, ending = play(upload(objects, policy, Crew(0.0), 60.0, half), answers)
    assert ending is Ending.SENT
    assert [r.attempt for _, r in made] == [1, 2, 1, 2, 1, 2]


def test_a_new_upload_draws_by_its_own_station() -> None:
    drawn: list[str] = []

    def of(name: str) -> Draw:
        def draw(_purpose: int, _n: int) -> float:
            drawn.append(name)
            return 0.5

        return draw

    retrier = Retrier(PATIENT, of("first"))
    play(upload([WHOLE], PATIENT, Crew(0.0), 60.0, of("second"), retrier=retrier), [Dropped])
    assert drawn == ["second"]
    play(upload([WHOLE], PATIENT, Crew(0.0), 60.0, of("third")), [Dropped])
    assert drawn == ["second", "third"]
