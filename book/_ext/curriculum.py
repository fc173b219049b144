"""The book's one map, book/curriculum.yml: read, held against book, code and notebooks, and shown.

Three directives show it: {chapter-card}, {concept-map}, {coverage}. `check(root)` lists what is wrong with
it; the build gives the same lines as warnings, so that a map that is not true stops it.
"""

import contextlib
import graphlib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import concept_map
import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

MAP = "book/curriculum.yml"
INVENTORY = "book/inventory.yml"
PARTS = {
    "introduction": "Introduction",
    "architectures": "Architectures",
    "applications": "Applications",
    "reinforcement-learning": "Reinforcement learning",
    "theory": "Theory",
}
FRONT = "front"  # pages beside the chapters: they belong to no part, and are not on the concept map
SOURCES = {
    "notes": "Deep Learning Lecture Notes",
    "techtree": "Deep Learning, the concept page",
    "math": "Neural Networks, Math for Specific Models",
}
# Every chapter ends with these four, so that a reader knows where to look: sec-perceptron-mistakes, ...
REQUIRED_SECTIONS = ("mistakes", "takeaways", "practice", "gate")
LABEL = re.compile(r"^\(([^)\s]+)\)=\s*$|^:(?:name|label):\s*(\S+)\s*$", re.M)
QUIZ = re.compile(r"^(`{3,}|:{3,})\{quiz\}[^\n]*\n(.*?)^\1\s*$", re.M | re.S)


# Reading the map -------------------------------------------------------------------------------------------


class Problem(NamedTuple):
    """What is wrong, and where that is written."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class MapError(Exception):
    """The map or the inventory cannot be read."""

    def __init__(self, file: str, line: int, text: str) -> None:
        self.problem = Problem(file, line, text)
        super().__init__(str(self.problem))


@dataclass(frozen=True)
class Concept:
    """A row of the inventory: something that one of the three sources teaches."""

    id: str
    title: str
    source: str
    graded: bool
    line: int


@dataclass(frozen=True)
class Row:
    """A row of the map: where a chapter teaches a concept, with which code, and which graded cells test it.

    Without a section it only grades a concept, one that this chapter or an earlier one teaches.
    """

    id: str
    line: int
    section: str | None = None
    code: tuple[str, ...] = ()
    graded: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    name: str
    line: int
    title: str
    part: str
    written: bool
    requires: tuple[str, ...] = ()
    able_to: tuple[str, ...] = ()
    minutes: Mapping[str, int] = field(default_factory=dict)
    assignment: str | None = None
    teaches: tuple[Row, ...] = ()
    plans: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        return self.name if self.part == FRONT else f"{self.part}/{self.name}"


@dataclass(frozen=True)
class Curriculum:
    chapters: Mapping[str, Chapter]
    concepts: Mapping[str, Concept]

    def written(self) -> list[Chapter]:
        return [chapter for chapter in self.chapters.values() if chapter.written]

    def on_the_map(self) -> list[Chapter]:
        return [chapter for chapter in self.chapters.values() if chapter.part != FRONT]

    def unlocks(self, name: str) -> list[str]:
        return [chapter.name for chapter in self.chapters.values() if name in chapter.requires]

    def behind(self, name: str) -> set[str]:
        """All that a chapter requires, and that these require, and so on."""
        found: set[str] = set()
        todo = [name]
        while todo:
            chapter = self.chapters.get(todo.pop())
            new = set(chapter.requires if chapter else ()) - found
            found |= new
            todo.extend(new)
        return found

    def teaching(self, id: str) -> list[tuple[Chapter, Row]]:
        return [(c, row) for c in self.written() for row in c.teaches if row.id == id and row.section]

    def grading(self, id: str) -> list[tuple[Chapter, str]]:
        return [(c, cell) for c in self.written() for row in c.teaches if row.id == id for cell in row.graded]

    def planning(self, id: str) -> list[Chapter]:
        return [chapter for chapter in self.chapters.values() if id in chapter.plans]


class LinedLoader(yaml.SafeLoader):
    """YAML in which each mapping knows its line (under the key "line") and a key said twice is an error."""


def construct_mapping(loader: LinedLoader, node: yaml.MappingNode) -> dict[str, Any]:
    mapping: dict[str, Any] = {"line": node.start_mark.line + 1}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node))
        if key in mapping:
            raise yaml.MarkedYAMLError(
                problem=f"{key!r} stands here already", problem_mark=key_node.start_mark
            )
        value = loader.construct_object(value_node, deep=True)
        mapping[key] = value
        if isinstance(value, dict):
            value["line"] = key_node.start_mark.line + 1
    return mapping


LinedLoader.add_constructor("tag:yaml.org,2002:map", construct_mapping)


def read_yaml(root: Path, file: str) -> dict[str, Any]:
    try:
        content = yaml.load((root / file).read_text(encoding="utf-8"), Loader=LinedLoader)
    except OSError as error:
        raise MapError(file, 1, f"cannot be read: {error.strerror}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MapError(file, line, f"cannot be read: {error.problem}") from error
    if not isinstance(content, dict):
        raise MapError(file, 1, "must be names, each with what is under it")
    del content["line"]
    return content


def has_keys(file: str, name: str, body: Any, required: set[str], optional: set[str]) -> dict[str, Any]:
    """`body`, once it is known to be a mapping with the required keys and no unknown one."""
    if not isinstance(body, dict):
        raise MapError(file, 1, f"{name}: must be keys with values, not {body!r}")
    for key in sorted(required - body.keys()):
        raise MapError(file, body["line"], f"{name}: the key {key!r} is missing")
    for key in sorted(body.keys() - required - optional - {"line"}):
        raise MapError(file, body["line"], f"{name}: unknown key {key!r}")
    return body


def read_row(chapter: str, body: Any) -> Row:
    row = has_keys(MAP, f"{chapter}, a row of teaches", body, {"id"}, {"section", "code", "graded"})
    code, graded = tuple(row.get("code", ())), tuple(row.get("graded", ()))
    return Row(row["id"], row["line"], row.get("section"), code, graded)


def read_chapter(name: str, body: Any) -> Chapter:
    lists = {"requires", "able_to", "teaches", "plans"}
    keys = has_keys(MAP, name, body, {"title", "part", "written"}, {"minutes", "assignment"} | lists)
    if keys["part"] not in (*PARTS, FRONT):
        raise MapError(
            MAP, keys["line"], f"{name}: part {keys['part']!r} is none of {', '.join((*PARTS, FRONT))}"
        )
    return Chapter(
        name=name,
        line=keys["line"],
        title=keys["title"],
        part=keys["part"],
        written=keys["written"],
        requires=tuple(keys.get("requires", ())),
        able_to=tuple(keys.get("able_to", ())),
        minutes=keys.get("minutes", {}),
        assignment=keys.get("assignment"),
        teaches=tuple(read_row(name, row) for row in keys.get("teaches", ())),
        plans=tuple(keys.get("plans", ())),
    )


def read_concepts(root: Path) -> Iterator[Concept]:
    for source, rows in read_yaml(root, INVENTORY).items():
        if source not in SOURCES:
            raise MapError(INVENTORY, 1, f"{source}: is none of the sources {', '.join(SOURCES)}")
        for id, body in rows.items():
            if id != "line":
                row = has_keys(INVENTORY, id, body, {"title"}, {"graded", "was"})
                yield Concept(id, row["title"], source, bool(row.get("graded")), row["line"])


def load(root: Path) -> Curriculum:
    chapters = {name: read_chapter(name, body) for name, body in read_yaml(root, MAP).items()}
    return Curriculum(chapters, {concept.id: concept for concept in read_concepts(root)})


# Holding it against the book, the code and the notebooks ---------------------------------------------------


def check(root: Path) -> list[str]:
    """Everything that is wrong with the map of the book at `root`: no line, nothing wrong."""
    return [str(problem) for problem in problems(root)]


def problems(root: Path) -> list[Problem]:
    try:
        curriculum = load(root)
    except MapError as error:
        return [error.problem]
    checks = (
        requirement_problems,
        concept_problems,
        page_problems,
        code_problems,
        cell_problems,
        order_problems,
    )
    found = [problem for each in checks for problem in each(curriculum, root)]
    return sorted(found)


def requirement_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    for chapter in curriculum.chapters.values():
        for name in chapter.requires:
            if name not in curriculum.chapters:
                yield Problem(MAP, chapter.line, f"{chapter.name}: requires {name!r}, which is no chapter")
        if chapter.written and chapter.plans:
            yield Problem(
                MAP, chapter.line, f"{chapter.name}: is written and still plans {', '.join(chapter.plans)}"
            )
        if not chapter.written and chapter.teaches:
            yield Problem(MAP, chapter.line, f"{chapter.name}: teaches rows though `written` says no")
    try:
        graphlib.TopologicalSorter({c.name: c.requires for c in curriculum.chapters.values()}).prepare()
    except graphlib.CycleError as error:
        circle = error.args[1]
        line = curriculum.chapters[circle[0]].line
        yield Problem(MAP, line, f"{circle[0]}: requires itself, in a circle: {' <- '.join(circle)}")


def concept_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    """Every id is in the inventory; every row of it is taught or planned, and graded where it must be.

    An id both taught and planned is no error: the later chapter brings the rest, and till then it counts as
    partly covered.
    """
    for chapter in curriculum.chapters.values():
        known = [(row.id, row.line) for row in chapter.teaches] + [(id, chapter.line) for id in chapter.plans]
        for id, line in known:
            if id not in curriculum.concepts:
                yield Problem(MAP, line, f"{chapter.name}, {id}: is not in the inventory")
    for concept in curriculum.concepts.values():
        taught = curriculum.teaching(concept.id)
        if not taught and not curriculum.planning(concept.id):
            yield Problem(INVENTORY, concept.line, f"{concept.id}: no chapter teaches or plans it")
        if taught and concept.graded and not curriculum.grading(concept.id):
            chapter, row = taught[0]
            text = f"{chapter.name}, {concept.id}: the inventory wants it graded, and no graded cell tests it"
            yield Problem(MAP, row.line, text)


def page_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    """A written chapter has its page, in the table of contents, with the sections that its rows name."""
    listed = set(toc_pages(yaml.safe_load((root / "book" / "_toc.yml").read_text(encoding="utf-8"))))
    for chapter in curriculum.written():
        page = f"book/{chapter.page}.md"
        if not (root / page).exists():
            yield Problem(MAP, chapter.line, f"{chapter.name}: is written, but there is no {page}")
            continue
        if chapter.page not in listed:
            yield Problem(MAP, chapter.line, f"{chapter.name}: is written, but not in book/_toc.yml")
        defined = labels((root / page).read_text(encoding="utf-8"))
        for row in chapter.teaches:
            if row.section and row.section not in defined:
                yield Problem(MAP, row.line, f"{chapter.name}, {row.id}: {page} has no label {row.section!r}")
        for ending in REQUIRED_SECTIONS if chapter.part != FRONT else ():
            if f"sec-{chapter.name}-{ending}" not in defined:
                text = f"{chapter.name}: {page} has no section labeled 'sec-{chapter.name}-{ending}'"
                yield Problem(MAP, chapter.line, text)


def toc_pages(toc: Any) -> Iterator[str]:
    """Every page named anywhere in the table of contents."""
    for key, value in toc.items() if isinstance(toc, dict) else enumerate(toc):
        if key in ("root", "file"):
            yield value.removesuffix(".md")
        elif isinstance(value, dict | list):
            yield from toc_pages(value)


def labels(page: str) -> set[str]:
    """The labels that a MyST page defines: `(label)=` before a section, `:name: label` in a directive."""
    return {before or inside for before, inside in LABEL.findall(page)}


def code_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    for chapter in curriculum.written():
        for row in chapter.teaches:
            for name in row.code:
                try:
                    pkgutil.resolve_name(name)
                except (ImportError, AttributeError, ValueError) as error:
                    yield Problem(MAP, row.line, f"{chapter.name}, {row.id}: {name} does not import: {error}")


def graded_cells(folder: Path) -> dict[str, str]:
    """grade_id -> the notebook that has it, of every cell of an assignment that nbgrader gives points for."""
    cells: dict[str, str] = {}
    for notebook in sorted(folder.glob("*.ipynb")):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            marking = cell["metadata"].get("nbgrader", {})
            if marking.get("grade"):
                cells[marking["grade_id"]] = notebook.name
    return cells


def cell_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    """The rows name the graded cells of the chapter's assignment, and all of them."""
    for chapter in curriculum.written():
        folder = f"solutions/{chapter.assignment}"
        if chapter.assignment and not (root / folder).is_dir():
            yield Problem(MAP, chapter.line, f"{chapter.name}: its assignment is not there: {folder}")
        cells = graded_cells(root / folder) if chapter.assignment else {}
        for row in chapter.teaches:
            for grade_id in row.graded:
                if grade_id not in cells:
                    text = f"{chapter.name}, {row.id}: no notebook of {folder} has a graded cell {grade_id!r}"
                    yield Problem(MAP, row.line, text)
        named = {grade_id for row in chapter.teaches for grade_id in row.graded}
        for grade_id in cells.keys() - named:
            text = f"{chapter.name}: no row names the graded cell {grade_id!r} of {folder}/{cells[grade_id]}"
            yield Problem(MAP, chapter.line, text)


def order_problems(curriculum: Curriculum, root: Path) -> Iterator[Problem]:
    """An exercise needs nothing that comes later: what it grades is taught by then."""
    for chapter in curriculum.written():
        met = {row.id for row in chapter.teaches if row.section}
        for name in curriculum.behind(chapter.name) & curriculum.chapters.keys():
            earlier = curriculum.chapters[name]
            met |= {row.id for row in earlier.teaches if row.section} | set(earlier.plans)
        for row in chapter.teaches:
            if row.graded and row.id not in met:
                cells = ", ".join(row.graded)
                text = f"{chapter.name}, {row.id}: {cells} grades it before any chapter has taught it"
                yield Problem(MAP, row.line, text)
            elif not row.graded and not row.section:
                yield Problem(
                    MAP, row.line, f"{chapter.name}, {row.id}: has neither a section nor a graded cell"
                )


# Showing it ------------------------------------------------------------------------------------------------


def questions(page: str) -> int:
    """How many questions the quizzes in a page ask."""
    count = 0
    for _fence, body in QUIZ.findall(page):
        lines = [line for line in body.splitlines() if not re.match(r":\w[\w-]*:", line)]
        with contextlib.suppress(yaml.YAMLError):  # the quiz directive says what is wrong with it
            count += len(yaml.safe_load("\n".join(lines)) or ())
    return count


class concept_map_drawing(nodes.General, nodes.Element):  # noqa: N801
    """Where the map is drawn: only the writer knows how one page links another."""


class MapDirective(SphinxDirective):
    """What the three directives share: the map, and links to what it names."""

    @property
    def root(self) -> Path:
        return Path(self.env.srcdir).parent

    def load(self) -> Curriculum:
        """The map; the page is written anew when one of the files that it is drawn from changes."""
        for file in (MAP, INVENTORY):
            self.env.note_dependency(str(self.root / file))
        try:
            return load(self.root)
        except MapError as error:
            raise self.severe(str(error)) from error

    def questions(self, chapter: Chapter) -> int:
        page = Path(self.env.doc2path(chapter.page))
        if not page.exists():
            return 0
        self.env.note_dependency(str(page))
        return questions(page.read_text(encoding="utf-8"))

    def link(self, chapter: Chapter) -> nodes.Node:
        """To the chapter's page; its title alone, marked as planned, while there is none."""
        if not chapter.written:
            return nodes.inline("", f"{chapter.title} (planned)", classes=["planned"])
        return self.reference("doc", f"/{chapter.page}", chapter.title)

    def reference(self, kind: str, target: str, text: str = "") -> nodes.Node:
        """What the role {ref} or {doc} makes; without a text, that of the target."""
        content = nodes.inline("", text or target)
        reference = addnodes.pending_xref("", content, refdomain="std", reftype=kind, reftarget=target)
        reference.attributes |= {"refexplicit": bool(text), "refwarn": True, "refdoc": self.env.docname}
        return reference

    def links(self, curriculum: Curriculum, names: Iterable[str]) -> list[nodes.Node]:
        linked = [self.link(curriculum.chapters[name]) for name in names if name in curriculum.chapters]
        return joined(linked, ", ") or [nodes.Text("nothing")]


def joined(parts: Sequence[nodes.Node], between: str) -> list[nodes.Node]:
    """The nodes with a text between each two."""
    return [node for part in parts for node in (nodes.Text(between), part)][1:]


def raw(text: str) -> nodes.raw:
    return nodes.raw("", text, format="html")


def table(head: Sequence[str], rows: Sequence[Sequence[Sequence[nodes.Node]]]) -> nodes.table:
    """A table whose first column names the row; without a title, which would take a number of the book's."""
    columns = [nodes.colspec("", colwidth=1) for _ in head]
    columns[0]["stub"] = 1
    group = nodes.tgroup("", *columns, cols=len(head))
    group += nodes.thead("", table_row([[nodes.Text(title)] for title in head]))
    group += nodes.tbody("", *(table_row(row) for row in rows))
    return nodes.table("", group, classes=["colwidths-auto"])


def table_row(cells: Sequence[Sequence[nodes.Node]]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def progress(chapter: Chapter, of: int) -> str:
    """The attributes by which progress.js finds what shows a chapter's progress."""
    return f'data-progress-chapter="{chapter.name}" data-progress-of="{of}"'


FORGET = '<button type="button" data-forget-progress hidden>Forget my progress</button>'


class ChapterCard(MapDirective):
    """What a chapter enables its reader to do, what it needs, how long it takes, and what to hand in."""

    def run(self) -> list[nodes.Node]:
        curriculum = self.load()
        name = self.env.docname.rpartition("/")[2]
        if name not in curriculum.chapters:
            raise self.error(f"{MAP} has no chapter {name!r}, which this card is about")
        chapter = curriculum.chapters[name]
        card = nodes.container("", classes=["chapter-card"])
        card += nodes.paragraph("", "After this chapter you can", classes=["card-title"])
        source = StringList([f"- {ability}" for ability in chapter.able_to], source=str(self.root / MAP))
        self.state.nested_parse(source, 0, card)
        card += nodes.definition_list(
            "", *(definition(*entry) for entry in self.entries(curriculum, chapter))
        )
        return [card]

    def entries(self, curriculum: Curriculum, chapter: Chapter) -> Iterator[tuple[str, list[nodes.Node]]]:
        yield "Requires", self.links(curriculum, chapter.requires)
        yield "Unlocks", self.links(curriculum, curriculum.unlocks(chapter.name))
        if chapter.minutes:
            read, run = chapter.minutes["read"], chapter.minutes["run"]
            yield (
                "Takes",
                [
                    nodes.Text(
                        f"about {read} minutes to read; its code runs in {run} minute{'s' * (run != 1)}"
                    )
                ],
            )
        if chapter.assignment:
            yield "Exercises", self.notebooks(chapter.assignment)
        if of := self.questions(chapter):
            text = f'<span class="progress-text">{of} questions at the end</span>'
            yield "Your progress", [raw(f"<span {progress(chapter, of)}>{text}</span> {FORGET}")]

    def notebooks(self, assignment: str) -> list[nodes.Node]:
        """The assignment's notebooks, to download from the page."""
        folder = self.root / "exercises" / assignment
        found: list[nodes.Node] = []
        for notebook in sorted(folder.glob("*.ipynb")):
            target = f"/../exercises/{assignment}/{notebook.name}"
            text = nodes.literal("", f"exercises/{assignment}/{notebook.name}")
            found.append(addnodes.download_reference("", "", text, reftarget=target, refdoc=self.env.docname))
        return joined(found, ", ") or [
            nodes.literal("", f"exercises/{assignment}"),
            nodes.Text(" (not yet released)"),
        ]


def definition(term: str, content: list[nodes.Node]) -> nodes.definition_list_item:
    body = nodes.definition("", nodes.paragraph("", "", *content))
    return nodes.definition_list_item("", nodes.term("", term), body)


class ConceptMap(MapDirective):
    """All chapters with what they require: a drawing to navigate by, and the same as a table."""

    def run(self) -> list[nodes.Node]:
        curriculum = self.load()
        chapters = curriculum.on_the_map()
        of = {chapter.name: self.questions(chapter) for chapter in chapters if chapter.written}
        drawing = concept_map_drawing("", curriculum=curriculum, of=of)
        head = ("Chapter", "Part", "Requires", "Unlocks")
        rows: list[list[Sequence[nodes.Node]]] = [
            [
                [self.link(chapter)],
                [nodes.Text(PARTS[chapter.part])],
                self.links(curriculum, chapter.requires),
                self.links(curriculum, curriculum.unlocks(chapter.name)),
            ]
            for chapter in chapters
        ]
        listed = table(head, rows)
        fold = '<details class="as-table"><summary>The same as a table</summary>'
        return [drawing, raw(f"<p>{FORGET}</p>{fold}"), listed, raw("</details>")]


def visit_drawing(translator: HTML5Translator, node: concept_map_drawing) -> None:
    builder = translator.builder
    curriculum: Curriculum = node["curriculum"]
    boxes = []
    for chapter in curriculum.on_the_map():
        link = builder.get_relative_uri(builder.current_docname, chapter.page) if chapter.written else None
        mark = progress(chapter, node["of"][chapter.name]) if chapter.written else ""
        part = list(PARTS).index(chapter.part)
        boxes.append(concept_map.Box(chapter.name, chapter.title, part, chapter.requires, link, mark))
    translator.body.append(concept_map.draw(boxes, list(PARTS.values())))
    raise nodes.SkipNode


class Coverage(MapDirective):
    """Every row of the inventory: where it is taught, which code carries it, which cells grade it."""

    def run(self) -> list[nodes.Node]:
        curriculum = self.load()
        return [self.summary(curriculum), *(self.source(curriculum, source) for source in SOURCES)]

    def summary(self, curriculum: Curriculum) -> nodes.table:
        head = ("Source", "Rows", *STATES)
        lines: list[list[list[nodes.Node]]] = []
        for name, states in self.states(curriculum):
            counts = [len(states), *(states.count(state) for state in STATES)]
            lines.append([[nodes.Text(text)] for text in (name, *map(str, counts))])
        return table(head, lines)

    def states(self, curriculum: Curriculum) -> Iterator[tuple[str, list[str]]]:
        every: list[str] = []
        for source, name in SOURCES.items():
            here = [state(curriculum, c)[0] for c in curriculum.concepts.values() if c.source == source]
            every += here
            yield name, here
        yield "All", every

    def source(self, curriculum: Curriculum, source: str) -> nodes.section:
        concepts = [concept for concept in curriculum.concepts.values() if concept.source == source]
        head = ("Id", "What", "State", "Taught in", "Code", "Graded by")
        rows = [self.row(curriculum, concept) for concept in concepts]
        section = nodes.section("", nodes.title("", SOURCES[source]), ids=[f"coverage-{source}"])
        listed = table(head, rows)
        listed["classes"].append("coverage")
        section += listed
        return section

    def row(self, curriculum: Curriculum, concept: Concept) -> list[Sequence[nodes.Node]]:
        taught = curriculum.teaching(concept.id)
        sections = [self.reference("ref", row.section) for _, row in taught if row.section]
        code = [nodes.literal("", name) for _, row in taught for name in row.code]
        cells = [nodes.literal("", cell) for _, cell in curriculum.grading(concept.id)]
        kind, missing = state(curriculum, concept)
        shown = nodes.inline("", kind, classes=["state", f"state-{kind}"])
        ungraded = [nodes.Text("not yet" if concept.graded else "not graded")]
        return [
            [nodes.Text(concept.id)],
            [nodes.Text(concept.title)],
            [shown, nodes.Text(missing)],
            joined(sections, ", ") or [nodes.Text("–")],
            joined(code, ", ") or [nodes.Text("–")],
            joined(cells, ", ") or ungraded,
        ]


STATES = ("done", "partly", "planned", "nowhere")


def state(curriculum: Curriculum, concept: Concept) -> tuple[str, str]:
    """One of STATES, and in words what is missing."""
    planning = " and ".join(chapter.title for chapter in curriculum.planning(concept.id))
    if not curriculum.teaching(concept.id):
        return ("planned", f" in {planning}") if planning else ("nowhere", "")
    missing = ["no graded cell yet"] if concept.graded and not curriculum.grading(concept.id) else []
    missing += [f"the rest is planned in {planning}"] if planning else []
    return ("partly", f": {'; '.join(missing)}") if missing else ("done", "")


def warn(app: Sphinx) -> None:
    """At every build, also one with nothing to write: what is wrong does not go away by itself."""
    root = Path(app.srcdir).parent
    for problem in problems(root):
        logger.warning(problem.text, location=f"{root / problem.file}:{problem.line}", type="curriculum")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("chapter-card", ChapterCard)
    app.add_directive("concept-map", ConceptMap)
    app.add_directive("coverage", Coverage)
    app.add_node(concept_map_drawing, html=(visit_drawing, None))
    app.connect("builder-inited", warn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
