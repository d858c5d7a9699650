"""What happened in the demo's half-year besides the items' own lives: milestones, talk, reviews, key results."""

from __future__ import annotations

from dataclasses import dataclass

REASON = "The parser was rewritten after the autumn trial; see decision 14."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A milestone: made on a day for a day, moved with reasons, and perhaps reached."""

    name: str
    when: str
    kind: str = "milestone"
    commitment: str = "target"
    made: int = -174
    reached: int | None = None
    moves: tuple[tuple[int, str, str, str], ...] = ()  # day, who, when, reason
    notes: str = ""


MILESTONES = (
    Stop(name="2.0 beta", kind="release", when="d-44", commitment="committed", reached=-44,
         notes="- the new query planner\n- single sign-on\n- four warehouse connectors\n- certified dashboards"),
    Stop(name="EU region", when="d-50", reached=-50, notes="Open to every customer on the business plan."),
    Stop(name="2.0 GA", kind="release", when="ds", commitment="committed", made=-170, moves=((0, "maya", "dS", REASON),),
         notes="Natural-language query, the result cache and row-level access rules."),
    Stop(name="Board meeting", when="d17", commitment="committed", made=-60),
    Stop(name="SOC 2 report", when="d31", made=-160,
         moves=((-47, "rosa", "d60", "The auditor moved the observation window by a month."),)),
    Stop(name="2.1", kind="release", when="q1", made=-120, notes="Saved questions, metric definitions and provisioning."),
    Stop(name="Partner summit", when="d75", made=-75),
    Stop(name="2.2", kind="release", when="h1", commitment="aspiration", made=-50),
)  # fmt: skip

# Day, who, item, words.
COMMENTS = (
    (-171, "jun", "Query planner rewrite", "The cost model needs real statistics; two weeks to collect them."),
    (-150, "sam", "Natural-language query", "Every first call asks for this. @Maya, what may I say about the date?"),
    (-149, "maya", "Natural-language query", "A quarter for now. You will be **told** when it gets more exact."),
    (-142, "rosa", "On-premises edition", "I promised nobody anything. Let us look at the EU region first."),
    (-128, "priya", "Query history", "This would answer a third of what reaches the support desk."),
    (-112, "maya", "Voice questions", "Twenty interviews, nobody brought it up. Parking it with the next review."),
    (-101, "jun", "Query planner rewrite", "Three-source joins are wrong in the old planner too. Fixing it properly."),
    (-96, "tom", "Row-level access rules", "We have 40 groups. Attributes would save us from keeping them twice."),
    (-94, "jun", "Row-level access rules", "Attributes are in; see the description."),
    (-83, "maya", "Spreadsheet paste-in", "Dropping it: the connector is what they use."),
    (-68, "priya", "Semantic model editor", "Renaming a dimension asked me twice whether I was sure. I was, twice."),
    (-61, "maya", "Certified dashboards", "A second pair of eyes before the mark, else it means nothing."),
    (-54, "jun", "Natural-language query",
     "Trial with four partners:\n\n- 71% understood at once\n- 18% after one correction\n- the rest asked for no column"),
    (-49, "maya", "Natural-language query", "The rest is what worries me. The parser has to know the model, not guess it."),
    (-46, "rosa", "SOC 2 evidence collection", "The auditor's window moved. We keep collecting."),
    (-38, "jun", "Result cache", "Hit rate 64% in the beta. Worth every line."),
    (-33, "jun", "Data tests", "After the cache. I would rather be late than have two half-done things."),
    (-29, "sam", "Streaming results", "Bluefin saw it in the demo and asked for the date twice."),
    (-26, "rosa", "Partner badge", "@Jun, which goal does this serve? I cannot name one."),
    (-22, "tom", "Lineage on every chart", "For us the source table is enough; the full path can come later."),
    (-19, "priya", "Result cache", "No question about slowness since Tuesday."),
    (-13, "maya", "Legacy exports", "Three customers, by name. @Sam, let us ask them before we build."),
    (-10, "sam", "Admin theming", "Only Lumen asked, and they have signed without it."),
    (-9, "jun", "Penetration test, findings", "Two left; both need a release."),
    (-6, "tom", "Natural-language query", "@Maya, we plan our training around this. Tell us early if it moves."),
    (-3, "jun", "Natural-language query", "@Maya, the new parser passes the whole trial. It needs three weeks of hardening."),
    (-1, "maya", "Natural-language query", "Then we move it, @Rosa, and say so before anybody asks."),
)  # fmt: skip

# Day, who, item, confidence afterwards.
CONFIDENCE = (
    (-90, "maya", "Natural-language query", 80),
    (-54, "jun", "Natural-language query", 60),
    (-3, "jun", "Natural-language query", 70),
    (-47, "rosa", "SOC 2 evidence collection", 45),
    (-33, "jun", "Data tests", 45),
    (-20, "maya", "Metric definitions", 60),
)

# Weeks from the Thursday of the next review, and what each said: item, verdict, who, note.
REVIEWS: tuple[tuple[int, tuple[tuple[str, str, str, str], ...]], ...] = (
    (-24, (("On-premises edition", "change", "rosa", "Ask ten customers first."),
           ("Query planner rewrite", "keep", "jun", "On its way."),
           ("Semantic model editor", "keep", "maya", ""))),
    (-20, (("On-premises edition", "drop", "rosa", "The EU region answers the need."),
           ("Natural-language query", "keep", "maya", "The trial decides."),
           ("Voice questions", "change", "maya", "Interviews before anything else."))),
    (-16, (("Voice questions", "drop", "maya", "Nobody asked."),
           ("Single sign-on", "keep", "jun", "Two customers wait for it."),
           ("Data residency in the EU", "change", "jun", "The second data centre is late."))),
    (-12, (("Spreadsheet paste-in", "drop", "maya", "The connector won."),
           ("Certified dashboards", "keep", "maya", ""),
           ("Result cache", "keep", "jun", "Hit rate above 60%."))),
    (-8, (("Natural-language query", "keep", "maya", "The date stands."),
          ("SOC 2 evidence collection", "change", "rosa", "The window moved."),
          ("Row-level access rules", "keep", "jun", ""),
          ("Lineage on every chart", "keep", "maya", "Starts this month."))),
    (-4, (("Data tests", "change", "jun", "After the cache."),
          ("Legacy exports", "change", "maya", "Ask the three customers."),
          ("Metric definitions", "keep", "maya", ""),
          ("Natural-language query", "keep", "maya", "The parser is the risk."),
          ("Mobile charts", "keep", "maya", "Later, as it says."))),
)  # fmt: skip

# Day, who, key result, value reached.
RESULTS = (
    (-140, "maya", "Median time to answer", "8.2"),
    (-95, "maya", "Median time to answer", "7.1"),
    (-53, "maya", "Median time to answer", "5.6"),
    (-12, "maya", "Median time to answer", "4.12"),
    (-95, "maya", "Questions answered without help", "31"),
    (-25, "maya", "Questions answered without help", "49"),
    (-20, "jun", "Charts with lineage", "24"),
    (-60, "rosa", "SOC 2 Type II controls in place", "28"),
    (-15, "rosa", "SOC 2 Type II controls in place", "41"),
)
