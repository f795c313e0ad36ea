"""Meeting reports, attendance lists and feedback sheets in the register."""

from __future__ import annotations

from office.register.households import Filing
from office.register.models import AttendanceRow, Feedback, MeetingReport
from office.register.rows import write_row


def write_meeting(filing: Filing) -> None:
    """The head counts of a meeting."""
    counts = {name: filing.values.number("meeting", name) for name in ("n_male", "n_female")}
    write_row(MeetingReport, filing.by, {"sheet": filing.sheet}, counts)


def write_attendance(filing: Filing) -> None:
    """One row for every line with anything on it."""
    values = filing.values
    for row in values.filled_rows("attendance", "answer"):
        write_row(
            AttendanceRow,
            filing.by,
            {"sheet": filing.sheet, "row": row},
            {
                "name": values.text("attendance", "name", row),
                "sex": values.text("attendance", "sex", row),
                "signed": values.ticked("attendance", "signed", row),
            },
        )


def write_feedback(filing: Filing) -> None:
    """The sheet itself; what it says are answers."""
    written = filing.values.ticked("feedback", "suggestion")
    write_row(Feedback, filing.by, {"sheet": filing.sheet}, {"has_suggestion": written})
