"""A report as Markdown."""

from tsloss_core.experiments.report import ExperimentReport
from tsloss_core.experiments.section import Section, Table
from tsloss_core.experiments.sections import sections

_SPECIAL = str.maketrans({"|": "\\|", "<": "&lt;", "\n": " ", "\r": " "})


def render_markdown(report: ExperimentReport) -> str:
    """Return the report under a heading of the second level, one section each below it.

    The settings in full are left to the report's JSON.
    """
    parts = [f"## {_plain(report.name)}", *(_section(each) for each in sections(report))]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    parts = [f"### {_plain(section.title)}", *(_plain(text) for text in section.sentences)]
    if section.points:
        parts.append("\n".join(f"- {_plain(point)}" for point in section.points))
    parts += [_table(table) for table in section.tables if table.rows]
    return "\n\n".join(parts)


def _table(table: Table) -> str:
    lines = [table.columns, ("---",) * len(table.columns), *table.rows]
    rows = "\n".join("| " + " | ".join(_plain(cell) for cell in line) + " |" for line in lines)
    return f"{table.caption}:\n\n{rows}"


def _plain(text: str) -> str:
    return text.translate(_SPECIAL)
