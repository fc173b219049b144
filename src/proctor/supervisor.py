"""A worker's trusted half: sends a child its notebook cell by cell, and writes down the answers.

The cells' outputs are put together by nbclient, and failures noted by nbgrader's Execute, in place of
their kernel stands a child. A test is sent when its turn comes: until then the child does not have it.
"""

import contextlib
import secrets
import signal
import time
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import Execute
from traitlets.config import Config

from .job import Executed, Job, Outcome
from .launcher import Child, Lost, Zygote
from .protocol import Ended, ProtocolError, checked

TRIES = 3  # for a job whose child was killed from outside
INTERRUPTED = 15  # seconds that a cell is given to come to its end after an interrupt


class Supervisor:
    def __init__(self, zygote: Zygote, slot: int = 0):
        self.zygote = zygote
        self.slot = slot
        self.config = Config(zygote.site.settings)

    def grade(self, job: Job) -> Outcome:
        """Run a submission's notebooks, each in a child of its own."""
        outcome = Outcome(job.key, job.student)
        if not Execute(config=self.config).enabled:  # nbgrader's --no-execute
            outcome.notebooks = {name: Executed(notebook) for name, notebook in job.notebooks.items()}
            return outcome
        for name, notebook in job.notebooks.items():
            for attempt in range(1, TRIES + 1):
                try:
                    outcome.notebooks[name] = self.run(notebook, job, last=attempt == TRIES)
                    break
                except Lost as error:
                    outcome.failure = f"{name}: its process was killed {attempt} times: {error}"
            else:
                return outcome
            outcome.failure = ""
        return outcome

    def run(self, notebook: NotebookNode, job: Job, last: bool = False) -> Executed:
        started = time.monotonic()
        nb = NotebookNode(notebook) | {"cells": [NotebookNode(cell) for cell in notebook.cells]}
        nb = NotebookNode(nb, metadata=NotebookNode(notebook.metadata))
        child = self.zygote.launch(job.files, job.folder, self.slot)
        try:
            run = CellByCell(child, self.zygote, config=self.config)
            run.preprocess(nb, {})
            child.channel.connection.close()
            child.signal(signal.SIGKILL)  # all its cells are done; what it left running is not waited for
            end = child.wait()
            foul = end["exit"] == -signal.SIGKILL and not child.killed and not end["over"]
            if foul and run.died and not last:
                raise Lost("by a signal that a notebook cannot send itself")
        finally:
            child.kill()
            child.close()
        seconds = time.monotonic() - started
        return Executed(run.nb, run.trouble, run.flags, seconds, end["seconds"], end["memory"])


class CellByCell(Execute):  # type: ignore[misc]
    """nbgrader's Execute, with a child in place of a kernel."""

    def __init__(self, child: Child, zygote: Zygote, **kwargs: Any):
        super().__init__(**kwargs)
        self.child = child
        self.language_info = zygote.language_info
        self.limits = zygote.site.limits
        self.trouble = ""  # set: no cell is run any more
        self.died = False
        self.flags: list[str] = []

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        self.nb = nb
        self.reset_execution_trackers()
        self.nb.metadata["language_info"] = self.language_info
        self.deadline = time.monotonic() + self.limits.notebook_seconds
        try:
            checked(self.child.channel.receive(self.deadline), self.child.token)
        except Ended:
            self.child.wait()  # says what went wrong with the walls
            raise Lost("it ended before its first cell") from None
        for index, cell in enumerate(nb.cells):
            skipped = self.skip_cells_with_tag in cell.metadata.get("tags", []) and not _is_test(cell)
            if cell.cell_type == "code" and cell.source.strip() and not skipped:
                self._run(cell, index)
                self._check_grade(cell)
        return nb, resources

    def _run(self, cell: NotebookNode, index: int) -> None:
        cell.outputs = []
        if self.trouble:
            cell.outputs.append(failure("NotRun", self.trouble))
            return
        self.code_cells_executed += 1
        cell.execution_count = self.code_cells_executed
        self.clear_before_next_output = False
        self._timed_out = False
        try:
            reply = self._converse(cell, index)
        except Ended:
            self._give_up(cell, "KernelDied", self._how_it_died())
            self.died = True
        except TimeoutError:
            self._give_up(
                cell, "CellTimeoutError", "the notebook ran out of time, and could not be interrupted"
            )
        except ProtocolError as error:
            self.flags.append(f"cell {index + 1}: forged messages ({error})")
            self._give_up(
                cell, "ForgedMessage", f"the notebook's process sent what no notebook sends: {error}"
            )
        else:
            if self._timed_out and self.error_on_timeout:
                reply = {**self.error_on_timeout, "status": "error"}
            self.on_cell_executed(cell=cell, cell_index=index, execute_reply={"content": reply})
            if reply["status"] == "error" and _first(cell.outputs) == "execute_result":
                # nbgrader takes the first result for partial credit, even where an error follows
                self.flags.append(f"cell {index + 1}: it displayed a result, and then failed")
                self._keep(cell, index, [o for o in cell.outputs if o.output_type != "execute_result"])
        self._keep(cell, index, cell.outputs)

    def _converse(self, cell: NotebookNode, index: int) -> dict[str, Any]:
        """Send the cell; take its outputs, up to the reply."""
        channel = self.child.channel
        if channel.pending():
            self._check_silence()
        token = secrets.token_hex(16)
        channel.send({"token": token, "source": cell.source, "watched": _is_test(cell)})
        seconds = self._get_timeout(cell)
        deadline = min(self.deadline, time.monotonic() + seconds) if seconds else self.deadline
        while True:
            try:
                kind, content = checked(channel.receive(deadline), token)
            except TimeoutError:
                if self._timed_out:
                    raise
                self._timed_out = True
                self.child.signal(signal.SIGINT)
                deadline = time.monotonic() + max(self.iopub_timeout, INTERRUPTED)
                continue
            if kind == "reply":
                changed = [str(name)[:80] for name in content["changed"]]
                if changed:
                    self.flags.append(
                        f"cell {index + 1}: before this test, changed: {', '.join(changed[:5])}"
                    )
                return _reply(content)
            if kind in ("execute_result", "display_data", "update_display_data"):
                content["data"] = NotebookNode(content["data"])
            message = {
                "header": {"msg_type": kind},
                "msg_type": kind,
                "content": content,
                "parent_header": {},
            }
            with contextlib.suppress(LookupError):  # an update of what is not displayed any more
                self.process_message(message, cell, index)

    def _keep(self, cell: NotebookNode, index: int, outputs: list[NotebookNode]) -> None:
        """Keep these outputs, with pieces of one stream as one: where they are cut, only the clock decides.

        A later cell may update what is displayed here: it finds it by its place.
        """
        joined: list[list[NotebookNode]] = []
        places = {}
        for output in outputs:
            last = joined[-1][0] if joined else None
            if last and output.output_type == "stream" == last.output_type and output.name == last.name:
                joined[-1].append(output)
            else:
                joined.append([output])
            places[id(output)] = len(joined) - 1
        for cells in self._display_id_map.values():
            found = [places.get(id(cell.outputs[place])) for place in cells.get(index, ())]
            cells[index] = [place for place in found if place is not None]
        for pieces in joined:
            if len(pieces) > 1:
                pieces[0].text = "".join(piece.text for piece in pieces)
        cell.outputs = [pieces[0] for pieces in joined]

    def _check_silence(self) -> None:
        """Between cells, a child may end, but not speak."""
        with contextlib.suppress(TimeoutError):
            self.child.channel.receive(time.monotonic())
        raise ProtocolError("a message between two cells")

    def _give_up(self, cell: NotebookNode, name: str, reason: str) -> None:
        self.trouble = reason
        self.child.kill()
        cell.outputs.append(failure(name, reason))

    def _how_it_died(self) -> str:
        end = self.child.wait()
        if end["over"]:
            return f"the notebook was stopped: {end['over']}"
        code = end["exit"]
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return f"the notebook's process ended in this cell ({how})"

    def _check_grade(self, cell: NotebookNode) -> None:
        """A result that nbgrader's determine_grade cannot make sense of must not stop the recording."""
        if utils.is_grade(cell):
            try:
                utils.determine_grade(cell, self.log)
            except Exception as error:
                self.flags.append(f"{cell.metadata.nbgrader.grade_id}: no valid score: {error}")
                cell.outputs = [failure("NoValidScore", f"the cell's result is no score: {error}")]


def failure(name: str, reason: str) -> NotebookNode:
    traceback = [f"\x1b[0;31m{name}\x1b[0m: {reason}"]
    output: NotebookNode = new_output("error", ename=name, evalue=reason, traceback=traceback)
    return output


def _reply(content: dict[str, Any]) -> dict[str, Any]:
    """What on_cell_executed reads of a reply, in the types that it relies on."""
    traceback = content.get("traceback")
    return {
        "status": "ok" if content["status"] == "ok" else "error",
        "ename": str(content.get("ename", "")),
        "evalue": str(content.get("evalue", "")),
        "traceback": [str(line) for line in traceback] if isinstance(traceback, list) else [],
    }


def _is_test(cell: NotebookNode) -> bool:
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


def _first(outputs: list[NotebookNode]) -> str:
    """What nbgrader scores by: the first result or failure."""
    kinds = [o.output_type if o.output_type != "stream" else o.name for o in outputs]
    return next((kind for kind in kinds if kind in ("execute_result", "error", "stderr")), "")
