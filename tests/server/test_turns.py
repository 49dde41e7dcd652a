from __future__ import annotations

from random import Random

from server.turns import LEASE, Turns
from sim.client.shaping.shaping import SHAPINGS
from sim.ingest.admission import Admission
from tests.server.running import Running


def test_so_many_of_a_kecamatan_have_their_turn_at_a_time() -> None:
    turns = Turns(2)
    assert [turns.ask(0.0, "A", name) for name in "abc"] == [None, None, 30.0]
    assert turns.ask(0.0, "B", "d") is None
    turns.give_back(10.0, "A", "a")
    assert turns.ask(11.0, "A", "c") is None


def test_a_holder_that_asks_again_keeps_its_turn() -> None:
    turns = Turns(1)
    assert turns.ask(0.0, "A", "a") is None
    assert turns.ask(5.0, "A", "a") is None


def test_the_wait_follows_the_holding_times_that_were_seen() -> None:
    turns = Turns(1)
    for _ in range(60):
        assert turns.ask(0.0, "A", "a") is None
        turns.give_back(4.0, "A", "a")
    turns.ask(10.0, "A", "a")
    wait = turns.ask(10.0, "A", "b")
    assert wait is not None
    assert abs(wait - 4.0) < 0.01


def test_a_turn_that_nobody_gives_back_is_free_after_its_lease() -> None:
    turns = Turns(1)
    turns.ask(0.0, "A", "a")
    assert turns.ask(LEASE - 100, "A", "b") is not None
    assert turns.ask(LEASE + 1, "A", "b") is None


def test_the_servers_rule_is_the_models_rule() -> None:
    lease = SHAPINGS["admission"].lease
    assert lease == LEASE
    for seed in range(20):
        random, now = Random(seed), 0.0
        real, model = Turns(3), Admission(3, lease)
        for _ in range(400):
            now += random.expovariate(0.1)
            who = random.randrange(12)
            if random.random() < 0.6:
                assert real.ask(now, "A", str(who)) == model.ask(now, who)
            else:
                real.give_back(now, "A", str(who))
                model.give_back(now, who)


def test_turns_over_http(server: Running) -> None:
    said = [server.ask("POST", f"/v1/turns/turn-{i}") for i in range(9)]
    assert [s.status for s in said] == [200] * 8 + [429]
    assert int(said[-1].headers["retry-after"]) >= 1
    assert server.ask("DELETE", "/v1/turns/turn-0").status == 204
    assert server.ask("POST", "/v1/turns/turn-8").status == 200
    assert server.ask("GET", "/v1/turns/turn-8").status == 405
    assert server.ask("POST", "/v1/turns/..").status in (400, 404)
