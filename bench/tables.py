"""Outcomes as tables in Markdown, one for each suite."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from bench.cases import ABSENT, OWN_HOMES, RELAXED, SINGLES
from bench.generated import GENERATED
from bench.judge import Verdict
from bench.pairings import NEAREST, RANDOM, SKILLED
from bench.solvers import OURS, PYVRP, VROOM
from bench.tasks import Outcome

NOTHING = "–"
Cells = Sequence[object]


class Entry(NamedTuple):
    """One verdict with the run that it belongs to."""

    outcome: Outcome
    moment: float
    verdict: Verdict

    @property
    def who(self) -> str:
        """The solver, with its threads when there are several."""
        return label(self.outcome)

    @property
    def group(self) -> tuple[str, float, str]:
        """What differs by seed alone."""
        return self.outcome.task.case, self.moment, self.who


def label(outcome: Outcome) -> str:
    """The solver's name, with its threads when there are several."""
    task = outcome.task
    return task.solver if task.threads == 1 else f"{task.solver} x{task.threads}"


def entries(outcomes: Iterable[Outcome]) -> list[Entry]:
    """Every verdict; of several runs that tell of the same moment the newest."""
    found: dict[tuple[str, float, str, int], Entry] = {}
    for outcome in outcomes:
        for moment, verdict in sorted(outcome.verdicts.items()):
            task = outcome.task
            found[task.case, moment, label(outcome), task.seed] = Entry(outcome, moment, verdict)
    return list(found.values())


def groups(found: Iterable[Entry]) -> dict[tuple[str, float, str], list[Entry]]:
    """Entries that differ by seed alone, in the order in which they came."""
    together: dict[tuple[str, float, str], list[Entry]] = {}
    for entry in found:
        together.setdefault(entry.group, []).append(entry)
    return together


def ratio(own: Sequence[Entry], other: Sequence[Entry]) -> float | None:
    """The mean over common seeds of own cost to the other's; None without a common seed."""
    costs = {entry.outcome.task.seed: entry.verdict.cost for entry in other}
    pairs = [(entry.verdict.cost, costs.get(entry.outcome.task.seed)) for entry in own]
    ratios = [cost / theirs for cost, theirs in pairs if theirs]
    return fmean(ratios) if ratios else None


def table(heads: Sequence[str], rows: Iterable[Cells]) -> list[str]:
    """The lines of a table in Markdown."""
    lines = [_row(heads), _row(["---"] * len(heads))]
    return [*lines, *(_row([_cell(cell) for cell in row]) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def faults(found: Iterable[Entry]) -> str:
    """The rules that plans break; "none" when they keep all."""
    count: Counter[str] = Counter()
    for entry in found:
        count.update(entry.verdict.broken)
    return ", ".join(f"{rule} {times}" for rule, times in sorted(count.items())) or "none"


def peers(outcomes: Sequence[Outcome]) -> list[str]:
    """Everybody's cost on region-days, and its mean ratio to PyVRP's and VROOM's on the same seeds."""
    found = groups(entries(outcomes))
    heads = ["day", "seconds", "solver", "seeds", "cost", "to PyVRP", "to VROOM", "lost prize", "travel h", "served"]
    heads += ["search s", "first plan s", "CPU s", "MB", "broken rules"]
    rows = []
    for (case, moment, who), own in found.items():
        verdicts = [entry.verdict for entry in own]
        rows.append(
            [
                case,
                f"{moment:g}",
                who,
                _seeds(own),
                _mean(verdict.cost for verdict in verdicts),
                ratio(own, found.get((case, moment, PYVRP), [])),
                ratio(own, _with_as_many_threads(found, VROOM, own[0])),
                _mean(verdict.lost_prize for verdict in verdicts),
                _mean(verdict.travel_hours for verdict in verdicts),
                _mean(float(verdict.served) for verdict in verdicts),
                *_effort(own),
                faults(own),
            ]
        )
    return table(heads, sorted(rows, key=lambda row: (_visits(str(row[0])), float(str(row[1])))))


def _with_as_many_threads(
    found: Mapping[tuple[str, float, str], list[Entry]], solver: str, own: Entry
) -> Sequence[Entry]:
    """The solver's entries beside one of ours: with as many threads, or with one."""
    case, moment, who = own.group
    threads = who.partition(" ")[2]
    alike = found.get((case, moment, f"{solver} {threads}"), []) if threads else []
    return alike or found.get((case, moment, solver), [])


def _effort(own: Sequence[Entry]) -> Cells:
    runs = [entry.outcome for entry in own]
    return [
        _mean(run.seconds for run in runs),
        _mean(run.first_seconds for run in runs),
        _mean(run.cpu_seconds for run in runs),
        f"{max(run.megabytes for run in runs):.0f}",
    ]


def _seeds(own: Sequence[Entry]) -> str:
    return " ".join(str(entry.outcome.task.seed) for entry in own)


def _visits(case: str) -> int:
    """Orders days by size."""
    return int("".join(letter for letter in case.partition("/")[2].partition("+")[0] if letter.isdigit()) or 0)


def homecare(outcomes: Sequence[Outcome]) -> list[str]:
    """Cost by the instances' own formula and its gap to the best known."""
    heads = ["instance", "seconds", "solver", "seeds", "cost", "best known", "gap %", "worst gap %", "served", "faults"]
    heads += ["broken rules"]
    rows: list[Cells] = []
    found = groups(entries(outcomes))
    for (case, moment, who), own in found.items():
        rows.append(
            [
                case.removesuffix(".json"),
                f"{moment:g}",
                who,
                _seeds(own),
                _figure(own, "home_care_cost"),
                _figure(own, "best"),
                _figure(own, "gap"),
                max((entry.verdict.figures.get("gap", 0.0) for entry in own), default=None),
                f"{min(entry.verdict.served for entry in own)}/{own[0].verdict.jobs}",
                f"{sum(entry.verdict.figures['faults'] for entry in own):g}",
                faults(own),
            ]
        )
    return [*table(heads, rows), "", *_mean_gaps(found)]


def _mean_gaps(found: Mapping[tuple[str, float, str], Sequence[Entry]]) -> Iterator[str]:
    """The mean gap of each solver over the instances whose plans break no rule."""
    for who, moment in sorted({(who, moment) for _, moment, who in found}):
        own = [group for (_, at, solver), group in found.items() if (solver, at) == (who, moment)]
        valid = [group for group in own if faults(group) == "none" and not _figure(group, "overloaded")]
        gap = _mean(_figure(group, "gap") for group in valid)
        yield f"- {who}, {moment:g} s: mean gap {_cell(gap)} % over {len(valid)} of {len(own)} instances."


def _figure(own: Sequence[Entry], name: str) -> float | None:
    return _mean(entry.verdict.figures.get(name) for entry in own)


def vrptw(outcomes: Sequence[Outcome]) -> list[str]:
    """Distances of the files with time windows; loads are told to nobody, so routes above the capacity are counted."""
    heads = ["file", "seconds", "solver", "distance", "gap %", "routes", "above capacity", "to PyVRP", "broken rules"]
    found = groups(entries(outcomes))
    names = ("distance", "gap", "routes", "overloaded")
    rows = [
        [
            case,
            f"{moment:g}",
            who,
            *(_figure(own, name) for name in names),
            ratio(own, found.get((case, moment, PYVRP), [])),
            faults(own),
        ]
        for (case, moment, who), own in found.items()
    ]
    return [*table(heads, rows), "", *_mean_gaps(found)]


def together(outcomes: Sequence[Outcome]) -> list[str]:
    """Two-person visits among optional ones, beside the same days without the need to meet."""
    found = groups(entries(outcomes))
    heads = ["day", "seconds", "solver", "seeds", "cost", "to relaxed", "pairs served", "lost prize", "broken rules"]
    rows = [
        [
            case,
            f"{moment:g}",
            who,
            _seeds(own),
            _mean(entry.verdict.cost for entry in own),
            ratio(own, found.get((f"{case} {RELAXED}", moment, who), [])),
            _mean(float(entry.verdict.pairs_served) for entry in own),
            _mean(entry.verdict.lost_prize for entry in own),
            faults(own),
        ]
        for (case, moment, who), own in found.items()
    ]
    return table(heads, rows)


def ablation(outcomes: Sequence[Outcome]) -> list[str]:
    """The planner's cost with one part changed, beside the whole planner's on the same seeds."""
    found = groups(entries(outcomes))
    heads = ["day", "seconds", "planner", "seeds", "cost", "to the whole", "lost prize", "broken rules"]
    rows = [
        [
            case,
            f"{moment:g}",
            who,
            _seeds(own),
            _mean(entry.verdict.cost for entry in own),
            ratio(own, found.get((case, moment, OURS + "".join(who.partition(" ")[1:])), [])),
            _mean(entry.verdict.lost_prize for entry in own),
            faults(own),
        ]
        for (case, moment, who), own in found.items()
    ]
    return table(heads, rows)


def crews(outcomes: Sequence[Outcome]) -> list[str]:
    """Worth of what is served: by single investigators whom the planner pairs, and by pairings made beforehand."""
    days: dict[tuple[int, float, str], list[Entry]] = {}
    for entry in entries(outcomes):
        days.setdefault((entry.outcome.task.seed, entry.moment, entry.who), []).append(entry)
    heads = ["seed", "seconds", "solver", "pairs come from", "planner", "nearest homes", "matched"]
    rows = [
        [seed, f"{moment:g}", who, homes, *_worths(of_form), faults(list(of_form.values()))]
        for (seed, moment, who), own in days.items()
        for homes, suffix in (("their own homes", f" {OWN_HOMES}"), ("one home", ""))
        if (of_form := _of_form(own, suffix))
    ]
    return table([*heads, "best of random", "mean of random", "broken rules"], rows)


def _of_form(own: Sequence[Entry], suffix: str) -> dict[str, Entry]:
    """The planner's own crews and the pairings of one form, by the name of the pairing."""
    named = {entry.outcome.task.case: entry for entry in own}
    return {
        case.removesuffix(suffix): entry
        for case, entry in named.items()
        if case == SINGLES or case.endswith(OWN_HOMES) == bool(suffix)
    }


def _worths(of_form: Mapping[str, Entry]) -> Cells:
    worth = {case: entry.verdict.worth for case, entry in of_form.items()}
    chance = [value for case, value in worth.items() if case.startswith(RANDOM)]
    best = f"{max(chance):g} of {len(chance)}" if chance else None
    return [*(worth.get(case) for case in (SINGLES, NEAREST, SKILLED)), best, _mean(chance)]


def change(outcomes: Sequence[Outcome]) -> list[str]:
    """How soon a changed day has its answer, and how much of the published plan that moves."""
    heads = ["change", "budget s", "solver", "seeds", "answer s", "slowest s", "moves", "urgent served", "broken rules"]
    rows = [
        [
            case,
            f"{moment:g}",
            who,
            _seeds(own),
            _mean(entry.outcome.seconds for entry in own),
            max(entry.outcome.seconds for entry in own),
            _figure(own, "moves"),
            f"{sum(entry.verdict.figures['urgent_served'] for entry in own):g}" if ABSENT not in case else None,
            faults(own),
        ]
        for (case, moment, who), own in groups(entries(outcomes)).items()
    ]
    return table(heads, rows)


def size(outcomes: Sequence[Outcome]) -> list[str]:
    """Time and memory against size."""
    heads = ["day", "budget s", "solver", "answer s", "first plan s", "MB", "served", "cost", "broken rules"]
    rows = [
        [
            entry.outcome.task.case,
            f"{entry.moment:g}",
            entry.who,
            entry.outcome.seconds,
            entry.outcome.first_seconds,
            f"{entry.outcome.megabytes:.0f}",
            f"{entry.verdict.served}/{entry.verdict.jobs}",
            entry.verdict.cost,
            faults([entry]),
        ]
        for entry in entries(outcomes)
    ]
    return table(heads, rows)


def generated(outcomes: Sequence[Outcome]) -> list[str]:
    """How many generated problems were solved, and which rules their plans broke."""
    names = ("problems", "faulty", "left_mandatory", "not_from_search", "search_missed")
    heads = ["days", "problems", "plans with a fault", "mandatory left out", "not the search's own", "SEARCH reasons"]
    rows = [
        [case, *(f"{sum(entry.verdict.figures[name] for entry in own):g}" for name in names), faults(own)]
        for (case, _, _), own in groups(entries(outcomes)).items()
    ]
    return table([*heads, "broken rules"], rows)


TABLES: Mapping[str, tuple[str, Callable[[Sequence[Outcome]], list[str]]]] = {
    "region": ("Region-days", peers),
    "lunch": ("Region-days with lunch", peers),
    "together": ("Two-person visits among optional ones", together),
    "ablation": ("The planner with one part changed", ablation),
    "crews": ("Two at every door: 24 investigators, 150 visits", crews),
    "change": ("A change in a published day", change),
    "homecare": ("Home-care instances", homecare),
    "vrptw": ("Vehicle routing with time windows", vrptw),
    "size": ("Time and memory against size", size),
    GENERATED: ("Generated problems", generated),
}
