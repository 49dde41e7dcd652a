"""The sentences of the policy effects over an ensemble, in both languages; also what the terminal
says of a pair of policies.

Rule of this file: words; the figures come from :mod:`study.effects`.
"""

from __future__ import annotations

from typing import Any, Final

from reports.language import Language
from reports.quantity_names import is_moment, quantity_name
from reports.text import tell

TEXT: Final[dict[str, tuple[str, str]]] = {
    # key: (Indonesian, English)
    "basis_calibrated": (
        "{worlds} dunia, {members} malam terkalibrasi, benih acak {seed}. Semua kebijakan "
        "menghadapi malam yang sama. Selang: 95% untuk rata-rata (bootstrap Bayes). Bobot dunia "
        "bersandar pada prior.",
        "{worlds} worlds, {members} calibrated nights, seed {seed}. All policies meet the same "
        "nights. Intervals: 95% of the mean (Bayesian bootstrap). The worlds' weights rest on "
        "priors.",
    ),
    "basis_prior": (
        "{worlds} dunia, {members} malam dari prior (belum dikalibrasi), benih acak {seed}. Semua "
        "kebijakan menghadapi malam yang sama. Selang: 95% untuk rata-rata (bootstrap Bayes).",
        "{worlds} worlds, {members} nights from the priors (not calibrated), seed {seed}. All "
        "policies meet the same nights. Intervals: 95% of the mean (Bayesian bootstrap).",
    ),
    "answer": (
        "{best} paling kecil ruginya di semua dunia (penyesalan harapan {regret} TPS); rata-rata "
        "{failed} dari {stations} TPS belum terkirim.",
        "{best} has the lowest expected regret: {regret} stations; {failed} of {stations} stations "
        "not sent on average.",
    ),
    "answer_worst": (
        "Di dunia terburuk baginya ({world}) ia kalah {worst} TPS dari yang terbaik di sana.",
        "In its worst world ({world}) it is {worst} stations behind the best there.",
    ),
    "answer_safest": (
        "Yang paling aman bila tidak diketahui dunia mana yang benar: {safest} (paling banyak "
        "{worst} TPS di belakang yang terbaik, di dunia {world}).",
        "The safest if nobody knows which world is true: {safest} (at most {worst} stations "
        "behind the best, in the world {world}).",
    ),
    "overall_title": ("Di semua dunia menurut bobotnya", "Over all worlds, by their weights"),
    "overall_note": (
        "Garis: penyesalan harapan, yaitu berapa TPS lebih banyak yang belum terkirim daripada "
        "dengan kebijakan terbaik di tiap dunia, dengan selang 95%.",
        "Lines: expected regret, how many more stations are not sent than with the best policy of "
        "each world, with the 95% interval.",
    ),
    "world_title": ("Dunia {world}", "The world {world}"),
    "world_note": (
        "{title}. Bobot {weight}; {members} malam (efektif {effective}). Garis: selisih dari yang "
        "terbaik di dunia ini, dengan selang 95%.",
        "{title}. Weight {weight}; {members} nights (effective {effective}). Lines: difference to "
        "the best of this world, with the 95% interval.",
    ),
    "weights_title": ("Di dunia mana mana yang terbaik", "Which is best in which world"),
    "turns_title": ("Di mana pilihan berbalik", "Where the choice turns"),
    "turns_note": (
        "{best} terhadap tiap kebijakan lain. Titik balik hanya disebut bila tandanya sungguh "
        "berubah di dalam rentang ensembel, dengan koreksi untuk banyaknya besaran yang diperiksa. "
        "Ia berlaku sepanjang malam-malam ensembel: besaran yang berubah bersama tidak dipisahkan.",
        "{best} against each other policy. A break-even is stated only where the sign really "
        "changes within the ensemble's range, corrected for the number of quantities looked at. It "
        "holds along the ensemble's nights: quantities that change together are not taken apart.",
    ),
    "all_pairs": ("Semua pasangan", "All pairs"),
    "policy": ("kebijakan", "policy"),
    "failed": ("belum terkirim", "not sent"),
    "range": ("95% malam", "95% of nights"),
    "difference": ("beda", "difference"),
    "interval": ("selang 95%", "95% interval"),
    "regret": ("penyesalan", "regret"),
    "expected": ("penyesalan harapan", "expected regret"),
    "worst": ("penyesalan terburuk", "worst regret"),
    "in_world": ("di dunia", "in world"),
    "chance": ("peluang terbaik", "chance best"),
    "wasted": ("sia-sia (GB)", "wasted (GB)"),
    "world": ("dunia", "world"),
    "weight": ("bobot", "weight"),
    "best": ("terbaik", "best"),
    "members": ("malam", "nights"),
    "lead": ("selisih dengan berikutnya", "lead over the next"),
    "pair": ("pasangan", "pair"),
    "statement": ("pernyataan", "statement"),
    # a pair of policies
    "pair_first": (
        "{a} lebih baik daripada {b} di semua dunia yang dipertimbangkan.",
        "{a} wins over {b} in all worlds considered.",
    ),
    "pair_not_worse": (
        "{a} tidak kalah dari {b} di dunia mana pun; tidak terbedakan di {worlds}.",
        "{a} is not worse than {b} in any world; not told apart in {worlds}.",
    ),
    "pair_same": (
        "{a} dan {b} sama saja di setiap malam.",
        "{a} and {b} are the same in every night.",
    ),
    "pair_mixed": (
        "{a} lebih baik daripada {b} di {first}; sebaliknya di {second}.",
        "{a} wins over {b} in {first}; the other way round in {second}.",
    ),
    "pair_unclear": (
        "{a} dan {b} tidak terbedakan di {worlds}.",
        "{a} and {b} cannot be told apart in {worlds}.",
    ),
    "turn_above": (
        "Kecuali bila {what} melebihi {at} ({low} hingga {high}){where}: di atas itu {b} lebih "
        "baik.",
        "Unless the {what} exceeds {at} ({low} to {high}){where}: above that {b} wins.",
    ),
    "turn_below": (
        "Kecuali bila {what} di bawah {at} ({low} hingga {high}){where}: di bawah itu {b} lebih "
        "baik.",
        "Unless the {what} is below {at} ({low} to {high}){where}: below that {b} wins.",
    ),
    "turn_later": (
        "Kecuali bila {what} lebih lambat dari {at} ({low} hingga {high}){where}: {b} lebih baik.",
        "Unless the {what} is later than {at} ({low} to {high}){where}: {b} wins.",
    ),
    "turn_earlier": (
        "Kecuali bila {what} lebih awal dari {at} ({low} hingga {high}){where}: {b} lebih baik.",
        "Unless the {what} is earlier than {at} ({low} to {high}){where}: {b} wins.",
    ),
    "where_world": (" di dunia {world}", " in the world {world}"),
    "where_all": (" (di semua dunia)", " (over all worlds)"),
    "turn_weight": (
        "Kecuali bila bobot dunia {world} melebihi {at} ({low} hingga {high}; kini {now}): di atas "
        "itu {b} lebih baik.",
        "Unless the weight of the world {world} exceeds {at} ({low} to {high}; now {now}): above "
        "that {b} wins.",
    ),
    "turn_weight_below": (
        "Kecuali bila bobot dunia {world} di bawah {at} ({low} hingga {high}; kini {now}): di "
        "bawah itu {b} lebih baik.",
        "Unless the weight of the world {world} is below {at} ({low} to {high}; now {now}): below "
        "that {b} wins.",
    ),
}


def say(key: str, language: str, **holes: object) -> str:
    """A sentence of the effects."""
    return tell(TEXT, key, language, **holes)


def pair_sentences(pair: dict[str, Any], favoured: str, language: Language) -> list[str]:
    """What is said of a pair, the favoured policy first: the verdict, then the break-evens."""
    other = pair["second"] if favoured == pair["first"] else pair["first"]
    return [_verdict(pair, favoured, other, language), *_turns(pair, favoured, other, language)]


def _verdict(pair: dict[str, Any], a: str, b: str, language: Language) -> str:
    code, turned = language.code, a != pair["first"]
    won, lost, open_ = _sides(pair, turned)
    if pair["verdict"] == "same":
        return say("pair_same", code, a=a, b=b)
    if won and lost:
        return say("pair_mixed", code, a=a, b=b, first=", ".join(won), second=", ".join(lost))
    if won or lost:
        winner, loser = (a, b) if won else (b, a)
        if not open_:
            return say("pair_first", code, a=winner, b=loser)
        return say("pair_not_worse", code, a=winner, b=loser, worlds=", ".join(open_))
    return say("pair_unclear", code, a=a, b=b, worlds=", ".join(open_))


def _sides(pair: dict[str, Any], turned: bool) -> tuple[list[str], list[str], list[str]]:
    """Worlds in which the first wins, the second wins, and neither is shown to."""
    won, lost, open_ = [], [], []
    for world, d in pair["worlds"].items():
        if d["high"] < 0:
            won.append(world)
        elif d["low"] > 0:
            lost.append(world)
        else:
            open_.append(world)
    return (lost, won, open_) if turned else (won, lost, open_)


def _turns(pair: dict[str, Any], a: str, b: str, language: Language) -> list[str]:
    code, sign = language.code, 1.0 if a == pair["first"] else -1.0
    found = []
    for turn in pair["by_quantity"]:
        late = is_moment(turn["kind"])
        a_below = sign * turn["below"] < 0
        key = ("turn_later" if late else "turn_above") if a_below else (
            "turn_earlier" if late else "turn_below"
        )  # fmt: skip
        world = turn["world"]
        where = say("where_all", code) if world is None else say("where_world", code, world=world)
        said = {k: language.law(turn["said"][k]) for k in ("at", "low", "high")}
        name = quantity_name(turn["path"], code)
        found.append(say(key, code, what=name, where=where, b=b, **said))
    for turn in pair["by_world"]:
        key = "turn_weight_below" if sign * turn["inside"] < 0 else "turn_weight"
        shares = {k: language.percent(turn[k], 0) for k in ("at", "low", "high", "now")}
        found.append(say(key, code, world=turn["world"], b=b, **shares))
    return found


def answers(summary: dict[str, Any], language: Language) -> list[str]:
    """The answer in up to three sentences."""
    best, code = summary["overall"][summary["choice"]], language.code
    found = [
        say(
            "answer",
            code,
            best=best["name"],
            regret=language.number(best["expected_regret"]["mean"], 1),
            failed=language.number(best["failed"]["mean"]),
            stations=language.number(summary["stations"]),
        )
    ]
    if len(summary["worlds"]) > 1 and best["worst_regret"]["mean"] > 0:
        worst = language.number(best["worst_regret"]["mean"], 1)
        found.append(say("answer_worst", code, world=best["worst_world"], worst=worst))
    return [*found, *filter(None, [safest_sentence(summary, language)])]


def safest_sentence(summary: dict[str, Any], language: Language) -> str:
    """What loses least in its worst world; nothing where that is the choice, too."""
    rows = summary["overall"]
    safest = min(rows, key=lambda r: float(r["worst_regret"]["mean"]))
    if len(summary["worlds"]) < 2 or safest["name"] == rows[summary["choice"]]["name"]:
        return ""
    return say(
        "answer_safest",
        language.code,
        safest=safest["name"],
        worst=language.number(safest["worst_regret"]["mean"], 1),
        world=safest["worst_world"],
    )


def winners(ordered: list[dict[str, Any]]) -> str:
    """The best of a world; several where they are the same to the last station."""
    return " = ".join(r["name"] for r in ordered if r["regret"]["mean"] == 0.0)
