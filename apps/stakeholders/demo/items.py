"""What is on the demo's roadmap, and how each item came to be as it is.

Times are in the language of `calendar.Clock.frame`; days are counted from today. The order is that of the roadmap,
so the story's item is the twelfth.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

GOALS = {"A": "Answers in a minute", "T": "Trusted numbers", "S": "Safe for regulated teams"}


@dataclass(frozen=True, slots=True)
class Move:
    """A change of the timeframe on a day, by somebody, with the reason."""

    day: int
    who: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One item: what it is, whom it serves, and the days on which it was made, begun and shipped.

    `serves` is "A", "A60 T40" or ""; `sure` is the confidence in percent; `ended` is a day with `parked` or `dropped`
    and a reason.
    """

    title: str
    text: str = ""
    type: str = "feature"
    serves: str = ""
    under: str = ""
    when: str = ""
    horizon: str = "later"
    effort: str = "3"
    owner: str = "maya"
    sure: int | None = None
    made: int = -175
    begun: int | None = None
    shipped: int | None = None
    progress: int = 0
    health: str = ""
    milestone: str = ""
    blocks: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    ended: tuple[int, str, str] | None = None
    confidential: bool = False

    def shares(self) -> list[tuple[str, int]]:
        """Return the goals it serves as (name, share in percent)."""
        return [(GOALS[part[0]], int(part[1:] or 100)) for part in self.serves.split()]

    @property
    def size(self) -> Decimal:
        return Decimal(self.effort)


ITEMS = (
    Plan(title="Ask in plain words", type="initiative", serves="A", when="q-1:1", horizon="now", effort="6", sure=70,
         begun=-120, progress=45, text="Questions as people say them, answered with a chart and the query behind it."),
    Plan(title="Fast by default", type="initiative", serves="A", when="q-2:0", horizon="now", effort="4", owner="jun", sure=80,
         begun=-170, progress=80, text="No answer above ten seconds at the customers' real sizes."),
    Plan(title="Numbers everyone trusts", type="initiative", serves="T", when="q-1:2", horizon="now", effort="4", sure=60,
         begun=-140, progress=35, text="One definition of each number, and its way from the source in sight."),
    Plan(title="Ready for audits", type="initiative", serves="S", when="q-1:1", horizon="now", effort="3", owner="rosa",
         sure=60, begun=-150, progress=55, text="What a regulated customer's auditor asks for, without a project."),
    Plan(title="Query planner rewrite", type="epic", serves="A", under="Fast by default", when="d-160:-90", horizon="now",
         effort="13", owner="jun", sure=90, begun=-165, shipped=-82, progress=100, milestone="2.0 beta",
         moves=(Move(-100, "jun", "d-160:-82", "Joins over three sources needed a second pass."),),
         text="- cost model from real statistics\n- one plan for all engines\n- explain output that support can read"),
    Plan(title="Result cache", serves="A", under="Fast by default", when="q-1:0", horizon="now", effort="9", owner="jun",
         sure=90, begun=-110, shipped=-20, progress=100, milestone="2.0 GA", text="The same question twice costs one query."),
    Plan(title="Semantic model editor", type="epic", serves="T", under="Numbers everyone trusts", when="d-150:-70",
         horizon="now", effort="13", sure=80, begun=-150, shipped=-66, progress=100, milestone="2.0 beta",
         moves=(Move(-84, "maya", "d-150:-66", "Renaming a dimension had to be safe first."),),
         text="Define measures and dimensions once, with the words people use for them."),
    Plan(title="Metric definitions", serves="T", under="Numbers everyone trusts", when="q1:2", horizon="next", effort="8",
         sure=55, milestone="2.1", text="A page for each metric: the definition, its owner, who changed it and when."),
    Plan(title="Single sign-on", serves="S", under="Ready for audits", when="d-140:-95", horizon="now", effort="8",
         owner="jun", sure=90, begun=-140, shipped=-97, progress=100, milestone="2.0 beta",
         text="SAML and OpenID Connect, with groups."),
    Plan(title="Row-level access rules", serves="S", under="Ready for audits", when="q-1:1", horizon="now", effort="13",
         owner="jun", sure=75, begun=-105, progress=70, health="on_track", milestone="2.0 GA", blocks=("Audit export",),
         moves=(Move(-5, "jun", "q-1:0", "The beta opened early; three partners use it."),),
         text="Who sees which rows, by **group** or attribute. The beta is open to design partners."),
    Plan(title="Warehouse connectors", type="epic", serves="A60 T40", when="d-170:-60", horizon="now", effort="10",
         owner="jun", sure=90, begun=-170, shipped=-58, progress=100, milestone="2.0 beta",
         text="Four warehouses, one way to add the fifth."),
    Plan(title="Natural-language query", serves="A", under="Ask in plain words", when="d-114:s", horizon="now", effort="24",
         sure=60, begun=-110, progress=58, health="at_risk", milestone="2.0 GA", blocks=("Saved questions",),
         moves=(Move(0, "maya", "d-114:S", "The parser was rewritten after the autumn trial; see decision 14."),),
         text="Type a question, get a chart and the query that made it.\n\n"
              "- follow-up questions keep the context\n- says what it did not understand\n- never invents a column"),
    Plan(title="Saved questions", serves="A", under="Ask in plain words", when="q1", horizon="next", effort="8", sure=65,
         milestone="2.1", text="Keep a question, share it, and see who else asked it."),
    Plan(title="Lineage on every chart", serves="T", under="Numbers everyone trusts", when="q0:1", horizon="now", effort="15",
         owner="jun", sure=60, made=-60, begun=-40, progress=24, health="on_track", milestone="2.1",
         text="From each number back to its source, in two clicks."),
    Plan(title="Audit export", serves="S", under="Ready for audits", when="h1", horizon="later", effort="8", sure=40,
         text="Everything that anybody saw or changed, as files an auditor can read."),
    Plan(title="Bring your own key", serves="S", under="Ready for audits", when="y1", horizon="later", effort="8", sure=35,
         text="Customers hold the key to their data; taking it away ends our access."),
    Plan(title="Admin theming", type="improvement", when="q1", horizon="next", effort="0.5", owner="rosa", made=-80,
         text="Asked for by one large prospect."),
    Plan(title="Legacy exports", type="improvement", when="q0", horizon="now", effort="0.5", owner="jun", made=-150, begun=-30,
         progress=20, text="The old report files, for three customers who still read them by script."),
    Plan(title="Partner badge", type="improvement", horizon="later", effort="0.5", owner="rosa", made=-40,
         text="A badge for consultants."),
    Plan(title="Follow-up questions", serves="A", under="Natural-language query", when="d-30:s", horizon="now", effort="3",
         sure=65, made=-70, begun=-28, moves=(Move(0, "maya", "d-30:S", "It follows natural-language query."),), progress=40,
         milestone="2.0 GA", text="“And by region?” keeps what was asked before."),
    Plan(title="Synonyms from the model", serves="A70 T30", under="Natural-language query", when="d-90:-35", horizon="now",
         effort="3", made=-95, begun=-88, shipped=-36, progress=100, sure=90, milestone="2.0 GA",
         text="Revenue, sales and turnover are one thing."),
    Plan(title="Did you mean", type="improvement", serves="A", under="Natural-language query", when="q1", horizon="next",
         effort="2", made=-40, sure=60, milestone="2.1", text="Offer the nearest columns where a word is unknown."),
    Plan(title="Streaming results", serves="A", under="Fast by default", when="d-75:-12", horizon="now", effort="5",
         owner="jun", sure=90, made=-120, begun=-74, shipped=-11, progress=100, milestone="2.0 GA",
         moves=(Move(-30, "jun", "d-75:-10", "Proxies at two customers buffer; needs a fallback."),),
         text="First rows appear while the rest is still on its way."),
    Plan(title="Query budget per team", serves="A", under="Fast by default", when="q1", horizon="next", effort="3",
         owner="jun", made=-65, sure=60, milestone="2.1", text="Nobody's heavy question slows another team."),
    Plan(title="Mobile charts", serves="A", when="h1", horizon="later", effort="5", made=-140, sure=40,
         text="Read an answer on a phone."),
    Plan(title="Answer in the team chat", serves="A", under="Ask in plain words", when="q1:2", horizon="next", effort="5",
         made=-90, sure=50, text="Ask where the conversation is; the answer carries its link."),
    Plan(title="Scheduled answers", serves="A", under="Ask in plain words", when="q2", horizon="later", effort="3", made=-110,
         sure=45, text="The question of every Monday, asked by itself."),
    Plan(title="Warm start for large models", type="improvement", serves="A", under="Fast by default", when="d-50:-8",
         horizon="now", effort="3", owner="jun", made=-66, begun=-50, shipped=-6, progress=100, sure=85, milestone="2.0 GA",
         moves=(Move(-16, "jun", "d-50:-6", "Waited for the new machines."),),
         text="The first question of the day is as fast as the tenth."),
    Plan(title="Timeout with a partial answer", type="improvement", serves="A", under="Fast by default", when="d-20:18",
         horizon="now", effort="2", owner="jun", made=-45, begun=-18, progress=50, sure=75, milestone="2.0 GA",
         text="Ten seconds, then what is known."),
    Plan(title="Query history", type="improvement", serves="A", when="d-130:-85", horizon="now", effort="2", made=-150,
         begun=-128, shipped=-86, progress=100, sure=95, milestone="2.0 beta", text="What I asked, and what came out."),
    Plan(title="Explain this number", serves="T60 A40", under="Numbers everyone trusts", when="q1", horizon="next", effort="5",
         made=-75, sure=55, milestone="2.1", text="Why did it change since last week? The three parts that moved most."),
    Plan(title="Metric owners", type="improvement", serves="T", under="Metric definitions", when="q1", horizon="next",
         effort="2", made=-55, sure=70, milestone="2.1", text="A name on every number."),
    Plan(title="Certified dashboards", serves="T", under="Numbers everyone trusts", when="d-100:-48", horizon="now",
         effort="5", made=-130, begun=-98, shipped=-45, progress=100, sure=85, milestone="2.0 beta",
         moves=(Move(-60, "maya", "d-100:-45", "Certifying needed a second pair of eyes."),),
         text="A mark that means somebody checked."),
    Plan(title="Freshness on every chart", type="improvement", serves="T", under="Numbers everyone trusts", when="d-45:14",
         horizon="now", effort="3", owner="jun", made=-60, begun=-44, progress=65, sure=75, milestone="2.0 GA",
         text="How old is this number?"),
    Plan(title="Data tests", serves="T", under="Numbers everyone trusts", when="q0:1", horizon="now", effort="8", owner="jun",
         made=-100, begun=-50, progress=40, health="at_risk", sure=50, milestone="2.1",
         moves=(Move(-33, "jun", "q0:1", "The scheduler is busy with the cache; tests follow."),),
         text="Rules about the data, checked on every load, shown where it matters."),
    Plan(title="Anomaly notes", serves="T", when="h1", horizon="later", effort="5", made=-85, sure=35,
         text="A chart says what is odd about it."),
    Plan(title="Glossary", type="improvement", serves="T", under="Metric definitions", when="d-65:-25", horizon="now",
         effort="2", made=-80, begun=-64, shipped=-26, progress=100, sure=90, milestone="2.0 GA",
         text="The company's words, searchable."),
    Plan(title="Compare two definitions", serves="T", under="Metric definitions", when="q2", horizon="later", effort="3",
         made=-50, sure=45, text="Why marketing's number is not finance's."),
    Plan(title="Change review for models", serves="T70 S30", when="q1", horizon="next", effort="5", owner="jun", made=-70,
         sure=60, milestone="2.1", text="No definition changes without a second person."),
    Plan(title="Column descriptions from the warehouse", type="improvement", serves="T", when="d-28:9", horizon="now",
         effort="2", owner="jun", made=-38, begun=-26, progress=70, sure=85, milestone="2.0 GA",
         text="What is documented there is shown here."),
    Plan(title="Backfill of lineage", serves="T", under="Lineage on every chart", when="q1", horizon="next", effort="3",
         owner="jun", made=-35, sure=50, milestone="2.1", text="For the charts made before."),
    Plan(title="SOC 2 evidence collection", type="epic", serves="S", under="Ready for audits", when="d-120:40", horizon="now",
         effort="6", owner="rosa", begun=-118, progress=62, health="at_risk", sure=60, milestone="SOC 2 report", made=-160,
         moves=(Move(-47, "rosa", "d-120:40", "The auditor moved the observation window."),),
         text="Evidence is gathered by the product, not by screenshots."),
    Plan(title="Access log", serves="S", under="Ready for audits", when="d-95:-40", horizon="now", effort="5", owner="jun",
         made=-130, begun=-94, shipped=-41, progress=100, sure=90, milestone="2.0 GA",
         text="Who looked at what, kept for two years."),
    Plan(title="Data residency in the EU", serves="S", when="d-155:-75", horizon="now", effort="5", owner="jun", made=-172,
         begun=-154, shipped=-52, progress=100, sure=80, milestone="EU region",
         moves=(Move(-98, "jun", "d-155:-52", "The second data centre was late."),),
         text="Data, backups and logs stay in the Union."),
    Plan(title="Automatic sign-out", type="improvement", serves="S", when="d-40:-15", horizon="now", effort="1", owner="jun",
         made=-55, begun=-38, shipped=-17, progress=100, sure=95, milestone="2.0 GA",
         text="After a time that the owner sets."),
    Plan(title="Provisioning of members", serves="S", under="Ready for audits", when="q1", horizon="next", effort="5",
         owner="jun", made=-62, sure=60, milestone="2.1", blocks=("Bring your own key",),
         text="People come and go with the company's directory."),
    Plan(title="Masking of personal columns", serves="S", under="Ready for audits", when="d-25:32", horizon="now", effort="5",
         owner="jun", made=-58, begun=-24, progress=35, health="on_track", sure=70, milestone="2.0 GA",
         text="Names and addresses appear only to those who need them."),
    Plan(title="Penetration test, findings", type="improvement", serves="S", under="Ready for audits", when="d-35:-4",
         horizon="now", effort="2", owner="jun", made=-42, begun=-34, progress=90, health="at_risk", sure=70,
         milestone="SOC 2 report", confidential=True, moves=(Move(-9, "jun", "d-35:6", "Two findings need a release."),),
         text="Nine findings; seven are closed. **Not for outsiders.**"),
    Plan(title="Deletion on request", serves="S", when="q1", horizon="next", effort="3", made=-72, sure=55,
         text="With a proof that it happened."),
    Plan(title="Acquisition of Tidewater, data move", type="epic", serves="S", when="h1", horizon="later", effort="2",
         owner="rosa", made=-30, sure=30, confidential=True, text="Not announced. **Confidential.**"),
    Plan(title="Retention rules", serves="S", under="Ready for audits", when="q2", horizon="later", effort="3", made=-46,
         sure=45, text="How long what is kept, by kind of data."),
    Plan(title="Spreadsheet paste-in", serves="A", when="q-1", horizon="now", effort="2", made=-168, begun=-130, sure=60,
         progress=30, ended=(-81, "dropped", "Four of five trials used the connector instead."),
         text="Paste a table, ask about it."),
    Plan(title="Voice questions", serves="A", under="Ask in plain words", when="h0", horizon="later", effort="5", made=-160,
         sure=20, ended=(-109, "parked", "Nobody asked for it in twenty interviews."), text="Ask aloud."),
    Plan(title="On-premises edition", type="epic", serves="S", when="h0", horizon="later", effort="21", made=-174, sure=25,
         owner="rosa", ended=(-144, "dropped", "It would take half the team for a year; the EU region answers the need."),
         text="Harbor in the customer's own cellar."),
    Plan(title="Chart annotations", type="improvement", serves="T", when="d-85:-50", horizon="now", effort="2", made=-100,
         begun=-84, shipped=-51, progress=100, sure=90, milestone="2.0 beta", text="Words on a point in time, for everybody."),
    Plan(title="Embedded charts", serves="A", when="q2", horizon="later", effort="5", made=-125, sure=40,
         text="An answer inside another page."),
    Plan(title="Join suggestions", serves="A", under="Ask in plain words", when="d-15:24", horizon="now", effort="3",
         owner="jun", made=-33, begun=-14, progress=30, sure=70, milestone="2.0 GA",
         text="Which tables belong together, learned from use."),
    Plan(title="Incremental models", serves="A", under="Fast by default", when="q0:1", horizon="now", effort="5", owner="jun",
         made=-52, begun=-21, progress=25, sure=60, milestone="2.1", text="Load what is new, not everything."),
    Plan(title="Usage of each chart", type="improvement", serves="T", when="d-18:21", horizon="now", effort="2", made=-27,
         begun=-16, progress=45, sure=80, milestone="2.0 GA", text="Which numbers nobody reads any more."),
    Plan(title="Offline answers", type="improvement", serves="A", horizon="later", effort="1", made=-20,
         text="An idea from the support desk."),
)  # fmt: skip
