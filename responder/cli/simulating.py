"""A run of ``responder simulate``: what it says on the way, and what in the end."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from responder.cli.options import table
from responder.errors import ResponderError

if TYPE_CHECKING:  # what it takes to simulate is slow to load: only this command wants it
    from responder.simulation.many import Summary
    from responder.simulation.setting import Outcome, Setting
    from responder.simulation.sittings import Sittings

EVERY = 10.0  # seconds between two lines of progress


@dataclass(slots=True, kw_only=True)
class Run:
    """The worlds ``asked`` for, after those of the list ``broken``.

    With ``resume`` each is noted there, and those of an earlier sitting are only counted.
    """

    asked: "Sequence[Setting]"
    processes: int
    broken: Path
    resume: Path | None
    kind: Mapping[str, object]
    started: float = field(default_factory=perf_counter)
    lived: int = 0  # in this sitting

    def to_its_end(self) -> dict[str, Any]:
        """What is to be told of it. Ctrl-C, or SIGTERM, ends a run that can be resumed early."""
        from responder.simulation import many, sittings  # noqa: PLC0415 - slow to load

        summary = many.Summary()
        first = [one for one in self._remembered() if one not in self.asked]
        if self.resume is None:
            self._live([*first, *self.asked], None, summary)
            return self._told(summary, stopped=False)
        with sittings.Sittings(self.resume, self.kind) as notes:
            stopped = self._sit(first, notes, summary)
            report = self._told(summary, stopped=stopped)
            codes = notes.codes(one.seed for one in self.asked)
        report["resume"] = {
            "file": str(self.resume),
            "lived_now": self.lived,
            "left": len(self.asked) - sum(codes.values()),
            "code": sittings.code(),
            "worlds_by_code": dict(codes.most_common()),
        }
        return report

    def _sit(self, first: "Sequence[Setting]", notes: "Sittings", summary: "Summary") -> bool:
        """Live through what is not noted yet; says whether it was stopped before the end."""
        rest = self._still_to_do(notes, summary)
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._live(first, None, summary)
            self._live(rest, notes, summary)
        except KeyboardInterrupt:
            return True
        finally:
            signal.signal(signal.SIGTERM, before)
        return False

    def _told(self, summary: "Summary", *, stopped: bool) -> dict[str, Any]:
        from responder.simulation import many  # noqa: PLC0415

        minutes = (perf_counter() - self.started) / 60
        many.hush()  # what is made smaller is lived through here
        many.remember(self.broken, [outcome.setting for outcome in summary.broken])
        least = many.smallest(summary.broken[0]) if summary.broken and not stopped else None
        return {
            **_report(summary, least, str(self.kind["faults"])),
            "worlds_a_minute": round(self.lived / minutes, 1),
            "stopped": stopped,
        }

    def _remembered(self) -> "list[Setting]":
        from responder.simulation import many  # noqa: PLC0415

        try:
            return many.remembered(self.broken)
        except (ValueError, TypeError, KeyError) as error:
            raise ResponderError(
                f"{self.broken} cannot be read as a list of worlds ({error}): remove it, or name "
                "another with --broken"
            ) from error

    def _still_to_do(self, notes: "Sittings", summary: "Summary") -> "list[Setting]":
        """Those of them that are not noted; the others are counted as they were."""
        rest = []
        for setting in self.asked:
            done = notes.done.get(setting.seed)
            if done is None:
                rest.append(setting)
            else:
                summary.recall(done.seed, done.counts, done.broken)
        return rest

    def _live(
        self, settings: "Sequence[Setting]", notes: "Sittings | None", summary: "Summary"
    ) -> None:
        """Live through all of them, note them, and say on the way how it goes."""
        told = perf_counter()
        for number, outcome in enumerate(self._outcomes(settings), start=1):
            summary.add(outcome)
            if notes is not None:
                notes.note(outcome)
            self.lived += 1
            if outcome.breaks:
                worst = outcome.breaks[0]
                words = f"seed {outcome.setting.seed}: {worst.promise}: {worst.words}"
                click.echo(words, err=True)
            if perf_counter() - told >= EVERY:
                told = perf_counter()
                click.echo(self._progress(summary, len(settings) - number), err=True)

    def _outcomes(self, settings: "Sequence[Setting]") -> "Iterator[Outcome]":
        from responder.simulation import many  # noqa: PLC0415

        if settings:
            processes = min(self.processes, len(settings))
            yield from many.live_through(settings, processes=processes)

    def _progress(self, summary: "Summary", left: int) -> str:
        pace = self.lived / (perf_counter() - self.started)
        return (
            f"{summary.worlds} of {summary.worlds + left} worlds, {pace * 60:.1f} a minute, "
            f"{len(summary.seeds)} broken, {timedelta(seconds=round(left / pace))} to go"
        )


def _report(summary: "Summary", least: "Outcome | None", faults: str) -> dict[str, Any]:
    from responder.simulation import many, promises  # noqa: PLC0415

    return {
        "worlds": summary.worlds,
        "faults": faults,
        "happened": dict(sorted(summary.counts.items())),
        "promises": {promise: summary.promises[promise] for promise in promises.PROMISES},
        "broken_seeds": sorted(summary.seeds),
        "smallest": None
        if least is None
        else {
            "setting": asdict(least.setting),
            "promise": least.breaks[0].promise,
            "words": least.breaks[0].words,
            "trace": many.trace(least),
        },
    }


def print_report(report: Mapping[str, Any]) -> None:
    """In words, for people."""
    happened = ", ".join(f"{count} {name}" for name, count in report["happened"].items())
    noun = "world" if report["worlds"] == 1 else "worlds"
    click.echo(
        f"{report['worlds']} {noun} ({report['faults']}), "
        f"{report['worlds_a_minute']} a minute: {happened}\n"
    )
    rows = [
        [promise, "kept" if not count else f"broken {count} times"]
        for promise, count in report["promises"].items()
    ]
    click.echo(table(rows, ["promise", ""]))
    if "resume" in report:
        click.echo("\n" + "\n".join(_of_sittings(report["resume"])))
    if report["broken_seeds"]:
        seeds = ", ".join(map(str, report["broken_seeds"]))
        click.echo(f"\nbroken in the worlds with seed {seeds}")
    least = report["smallest"]
    if least is not None:
        click.echo("the smallest found:")
        click.echo(f"  {least['setting']}")
        click.echo(f"  {least['promise']}: {least['words']}\n")
        click.echo("\n".join(least["trace"]))


def _of_sittings(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['lived_now']} of them now, the rest as noted in {told['file']}"
    if told["left"]:
        yield f"{told['left']} are still to be lived through: the same command goes on"
    others = {
        code: worlds for code, worlds in told["worlds_by_code"].items() if code != told["code"]
    }
    if others:
        words = ", ".join(f"{worlds} with {code}" for code, worlds in others.items())
        yield (
            f"the code has changed since (now {told['code']}): {words}. To live through these "
            "again, name another file"
        )
