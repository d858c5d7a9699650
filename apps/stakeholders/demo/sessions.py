"""Who sat in the demo's reviews, what was noted and what was settled; and what was settled between them."""

from __future__ import annotations

from dataclasses import dataclass

EVERYBODY = ("maya", "jun", "rosa")


@dataclass(frozen=True, slots=True)
class Question:
    """A question settled, with the reason, the goal that it leans on and the item that it is about."""

    question: str
    answer: str
    reason: str
    goal: str = ""
    item: str = ""
    who: str = "maya"


@dataclass(frozen=True, slots=True)
class Session:
    """What a review had beside its verdicts."""

    notes: str
    present: tuple[str, ...] = EVERYBODY
    guests: tuple[str, ...] = ()
    settled: tuple[Question, ...] = ()


# By weeks from the next review, as the verdicts are.
SESSIONS = {
    -24: Session("First review of this roadmap. **Three items** looked at; the rest is younger than a month.",
                 settled=(Question("How often do we walk this roadmap?", "Every four weeks, on a Thursday, an hour at the most.",
                                   "Longer meetings were not prepared, shorter ones left the stalest for the next time."),)),
    -20: Session("Rosa called ten customers who had asked for on-premises: nine meant where their data lies.", guests=("Board",),
                 settled=(Question("Do we build an on-premises edition?", "No. The EU region comes first, and answers the need.",
                                   "Of ten customers who asked, nine meant where their data lies, and one has left since.",
                                   "Safe for regulated teams", "On-premises edition", "rosa"),)),
    -16: Session("Voice is dropped without regret. The second data centre is three weeks late; nothing else waits for it."),
    -12: Session("Spreadsheets: the connector is what people use. Certified dashboards stay, with a second pair of eyes.",
                 ("maya", "jun", "rosa", "sam"),
                 settled=(Question("Who may certify a dashboard?", "Two people, of whom one has not built it.",
                                   "A mark that its own author gives means nothing to whoever reads the number.",
                                   "Trusted numbers", "Certified dashboards", "jun"),)),
    -8: Session("The date of natural-language query stands; the trial with four partners decides.", guests=("Tom Weller",)),
    -4: Session("The parser is the risk. Everything that waits for it was named, nothing was promised anew.",
                ("maya", "jun", "rosa", "priya"),
                settled=(Question("Do we move 2.0 if the parser needs longer?",
                                  "Yes, by weeks and once; and whoever was told the date hears of it from us first.",
                                  "A parser that guesses would cost the trust that the answers are bought for.",
                                  "Answers in a minute", "Natural-language query"),
                         Question("Do data tests wait for the result cache?", "Yes.",
                                  "The same two people know both, and half of each is worth nothing.", "Trusted numbers",
                                  "Data tests", "jun"))),
}  # fmt: skip
NEXT = Session("", ("maya", "jun", "rosa", "sam"), ("Elena Brandt",))

# Day, and what was settled on it outside any review.
SETTLED = (
    (-58, Question("Does a dimension's new name ask before it is saved?", "Once, with what it changes; never twice.",
                   "Priya was asked twice and was sure both times.", "Loved on day one", "Semantic model editor")),
    (-2, Question("How do we tell that 2.0 GA moves?", "Before the digest: Sam calls the three who plan around it.",
                  "Tom asked to be told early, and a mail is not early.", "", "Natural-language query")),
)  # fmt: skip
