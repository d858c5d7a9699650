"""The why of the demo: three versions of a vision, and the goals with their key results."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One version of the vision: proposed so many days ago, and what each signatory answered on which day."""

    proposed: int
    statement: str
    goal: str
    audience: str
    value: str
    answers: tuple[tuple[str, int, str], ...]  # nick, day, objection ("" signs)


SERVED = "Analysts and operations leads in companies of 200 to 5,000 people who wait days for the data team."
WHAT_FOR = "Questions asked in plain words, over numbers that everyone already trusts, without asking anybody first."
WORTH = "Decisions the same day; a data team that builds instead of fetching."
STATEMENT = "Every analyst answers their own question in under a minute."

VERSIONS = (
    Text(-180, "Every team finds its own numbers.", "One place for all the company's numbers.",
         "Everybody in companies of 200 to 5,000 people.", "Fewer meetings about whose number is right.",
         (("maya", -180, ""), ("jun", -179, ""), ("rosa", -178, ""), ("sam", -178, ""), ("priya", -177, ""), ("tom", -176, ""))),
    Text(-56, "Every analyst answers their own question in under an hour.", WHAT_FOR, SERVED, WORTH,
         (("maya", -56, ""), ("jun", -55, ""), ("priya", -54, "An hour is what we have today."))),
    Text(-53, STATEMENT, WHAT_FOR, SERVED, WORTH,
         (("maya", -53, ""), ("jun", -52, ""), ("sam", -51, ""), ("priya", -51, ""), ("tom", -50, ""), ("rosa", -50, ""))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal, the sentence of the vision that it serves, and its key results."""

    name: str
    weight: int
    colour: int
    serves: str
    description: str
    results: tuple[tuple[str, str, str, str], ...] = ()  # name, unit, start, target


GOALS = (
    Aim("Answers in a minute", 45, 1, STATEMENT, "From the question to a number that can be shown, without a second person.",
        (("Median time to answer", "min", "9", "1"), ("Questions answered without help", "%", "20", "80"))),
    Aim("Trusted numbers", 30, 2, WHAT_FOR, "Everybody sees where a number comes from, and that it is the same one everywhere.",
        (("Charts with lineage", "%", "0", "100"),)),
    Aim("Safe for regulated teams", 15, 3, SERVED, "Insurers, clinics and banks can use Harbor without an exception in writing.",
        (("SOC 2 Type II controls in place", "controls", "0", "64"),)),
    Aim("Loved on day one", 10, 4, WORTH, "The first hour with Harbor ends with an answer that somebody else uses."),
)  # fmt: skip
