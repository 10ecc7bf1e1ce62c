"""The default search: which engines a problem is given to, and in what order.

- Most jobs want two people and the vehicles are single: crews are formed first (tandem_engine.py).
- Many jobs are tied to each other: decoder annealing (decoder_engine.py).
- Otherwise, and after the crews: ruin and recreate (ruin_engine.py), with CP-SAT choosing the teams of two-person jobs
  and recombining the routes of good solutions between its rounds.
"""

from app.optimiser import decoder_engine, tandem_engine
from app.optimiser.decoder_engine import DecoderSearch
from app.optimiser.draft import Draft
from app.optimiser.recombine import RoutePool
from app.optimiser.ruin_engine import RuinEngine
from app.optimiser.strands import Phase, Strands
from app.optimiser.survey import Survey
from app.optimiser.tandem_engine import TandemEngine
from app.optimiser.teams import better_teams

NOTHING_TO_DO = "none"
DECODER_MOVES = 300
# After the crews: the temperature at which single people go on, as a share of the usual one.
AFTER_CREWS_HEAT = 0.05
# Between these shares of the ruin-and-recreate search CP-SAT looks at the teams, and at the end at the routes.
TEAM_SHARES: tuple[float, ...] = (0.4, 0.8)
RECOMBINE_SHARE = 0.85
POOL_EVERY = 0.05
POOL_FROM = 0.5
# CP-SAT's own measure of seconds, as a share of the time limit; nothing of it below the least.
CP_SAT_SHARE = 0.04
LEAST_SECONDS = 4.0
LEAST_ITERATIONS = 20_000
ITERATIONS_PER_SECOND = 10_000


class Search:
    """Improves a draft until a share of the budget is spent."""

    def __init__(self, draft: Draft, strands: Strands, seed: int, share: float) -> None:
        self.draft = draft
        self._strands = strands
        self._effort = strands.effort
        self._seed = seed
        self._share = share

    def run(self) -> str:
        """Search; the name of the engine that did most of it."""
        space = self.draft.space
        if not space.problem.vehicles or not space.problem.jobs:
            return NOTHING_TO_DO
        if tandem_engine.suits(space):
            self._tandems()
            return "tandems"
        if not self.draft.served and decoder_engine.suits(space) and self._decode():
            return "decoder"
        self._ruin(0.0, 1.0)
        return "ruin and recreate"

    def _keep(self, found: Draft) -> None:
        """Take over what ranks better, unless its exact schedule makes more moves than may be made."""
        limit = found.space.max_moves
        if found.rank < self.draft.rank and (limit is None or found.moves <= max(limit, self.draft.moves)):
            self.draft = found

    def _tandems(self) -> None:
        """Crews for most of the time; then the same routes as those of single people."""
        engine = TandemEngine(self.draft.space, self._strands, self._seed, self._share)
        engine.run(lambda: self._report(engine.best.cost, len(engine.best.served)))
        self._keep(engine.best)
        self._ruin(tandem_engine.STAGES[-1].end, AFTER_CREWS_HEAT)

    def _decode(self) -> bool:
        """Decoder annealing on all strands; whether it found a solution that can be scheduled."""
        space = self.draft.space
        searches = [DecoderSearch(space, self._seed * 1000 + number) for number in range(self._strands.count)]
        hot, cold = decoder_engine.temperatures(space)
        phase = Phase(0.0, self._share, hot, cold, DECODER_MOVES)
        for one in self._strands.rounds(phase):
            self._strands.work(phase, one, searches)
            best = min(searches, key=lambda search: search.best_rank)
            self._report(best.best_cost, best.best_served)
        found = min(searches, key=lambda search: search.best_rank).draft()
        if found is not None:
            self._keep(found)
        return found is not None

    def _ruin(self, begin: float, heat: float) -> None:
        """Ruin and recreate from this share of the search on, from a share of the usual temperature on."""
        engine = RuinEngine(Survey(self.draft.space, self.draft), self.draft, self._strands, self._seed)
        engine.build()
        self._report(engine.best_cost, engine.served)
        phase = Phase(begin * self._share, self._share, max(engine.cold, engine.hot * heat), engine.cold)
        between = BetweenRounds(engine, self._seed, self._cp_sat_seconds)
        for _ in engine.anneal(phase):
            self._report(engine.best_cost, engine.served)
            between.look(self._spent(phase))
        self._keep(engine.draft())

    def _spent(self, phase: Phase) -> float:
        """How much of a phase is over."""
        budget, left = self._effort.budget, self._effort.iterations_left
        if budget.iterations is not None and left is not None:
            spent = 1 - left / budget.iterations
        else:
            spent = self._effort.seconds / (budget.seconds or 1.0)
        return (spent - phase.begin) / max(1e-9, phase.end - phase.begin)

    @property
    def _cp_sat_seconds(self) -> float:
        """What CP-SAT may use at a time; 0 when the budget is too small for it."""
        budget = self._effort.budget
        if budget.iterations is not None:
            enough = budget.iterations >= LEAST_ITERATIONS
            return CP_SAT_SHARE * budget.iterations / ITERATIONS_PER_SECOND if enough else 0.0
        seconds = budget.seconds or 0.0
        return CP_SAT_SHARE * seconds if seconds >= LEAST_SECONDS else 0.0

    def _report(self, cost: float, served: int) -> None:
        self._effort.report(round(cost, 6), served)


class BetweenRounds:
    """What CP-SAT does while the strands rest: choose teams, and recombine the routes of good solutions."""

    def __init__(self, engine: RuinEngine, seed: int, seconds: float) -> None:
        self._engine = engine
        self._seed = seed
        self._seconds = seconds
        self._pool = RoutePool()
        self._pooled = POOL_FROM
        self._teams = list(TEAM_SHARES) if (engine.survey.half >= 0).any() else []
        self._recombined = False

    def look(self, spent: float) -> None:
        """Do what is due when this share of the search is over."""
        if self._seconds <= 0:
            return
        if self._teams and spent >= self._teams[0]:
            self._teams.pop(0)
            self._offer(better_teams(self._engine.draft(), self._seed))
        if POOL_FROM <= spent < RECOMBINE_SHARE and spent >= self._pooled:
            self._pooled += POOL_EVERY
            self._pool.add(self._engine.draft())
        if spent >= RECOMBINE_SHARE and not self._recombined:
            self._recombined = True
            self._offer(self._pool.recombine(self._engine.draft(), self._seconds))

    def _offer(self, found: Draft | None) -> None:
        if found is not None:
            self._engine.go_on_from(found)
