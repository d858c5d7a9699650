"""Who is in the demo: accounts, the stakeholders inside and outside, and the audiences they belong to."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "lodestar-demo"


@dataclass(frozen=True, slots=True)
class Person:
    """One who may sign in; `title` is the capacity in which they sign the vision, empty for those who do not."""

    nick: str
    name: str
    email: str
    role: str
    title: str = ""
    zone: str = "Europe/Berlin"


PEOPLE = (
    Person("rosa", "Rosa Saint", "owner@demo.test", "owner", "Founder"),
    Person("maya", "Maya Okafor", "maya@demo.test", "editor", "Product"),
    Person("jun", "Jun Lindqvist", "jun@demo.test", "editor", "Engineering", "Europe/Stockholm"),
    Person("elena", "Elena Brandt", "exec@demo.test", "viewer"),
    Person("sam", "Sam Duarte", "sales@demo.test", "commenter", "Sales", "Europe/Lisbon"),
    Person("priya", "Priya Nair", "support@demo.test", "commenter", "Support", "Asia/Kolkata"),
    Person("tom", "Tom Weller", "tom@acme.test", "commenter", "Acme"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A stakeholder: who is told, as part of which audience, how often, from which day on.

    `weekday` and `hour` are of the stakeholder's own time zone; None is chosen so that the demo has something to
    show: Sales was told within the last hour, Acme's next digest is due with the next.
    """

    name: str
    email: str
    organisation: str
    side: str
    audience: str
    frequency: str = "weekly"
    zone: str = "Europe/Berlin"
    weekday: int | None = 0
    hour: int | None = 9
    user: str = ""
    goals: tuple[str, ...] = ()
    since: int = -168
    language: str = "en-gb"


STAKEHOLDERS = (
    Told("Acme", "roadmap@acme.test", "Acme", "outside", "Design partners", "weekly", "UTC", None, None),
    Told("Tom Weller", "tom@acme.test", "Acme", "outside", "Design partners", "monthly", user="tom"),
    Told("Nadia Farouk", "nadia@bluefin-logistics.test", "Bluefin Logistics", "outside", "Customers", "monthly", language="de"),
    Told("Kenji Mori", "mori@kitano-foods.test", "Kitano Foods", "outside", "Customers", "monthly", "Asia/Tokyo"),
    Told("Laura Pinto", "laura@serra-insurance.test", "Serra Insurance", "outside", "Customers", "monthly", "Europe/Lisbon",
         goals=("Safe for regulated teams",)),
    Told("Owen Hart", "owen@northwind-clinics.test", "Northwind Clinics", "outside", "Customers", "weekly", "America/New_York",
         1, since=-120),
    Told("Sofia Reyes", "sofia@datakraft.test", "Datakraft", "outside", "Design partners", "weekly", "America/Bogota", 2),
    Told("Marek Novak", "marek@lumen-consulting.test", "Lumen Consulting", "outside", "Design partners", "monthly", since=-90),
    Told("Sales, EMEA", "sales-emea@harbor.test", "Harbor", "inside", "Sales", "daily", "UTC", 0, None, since=-20),
    Told("Sam Duarte", "sales@demo.test", "Harbor", "inside", "Sales", "weekly", "Europe/Lisbon", user="sam"),
    Told("Board", "board@harbor.test", "Harbor", "inside", "Board", "monthly"),
    Told("Elena Brandt", "exec@demo.test", "Harbor", "inside", "Board", "monthly", user="elena"),
    Told("Priya Nair", "support@demo.test", "Harbor", "inside", "Engineering", "weekly", "Asia/Kolkata", 0, 10, "priya"),
    Told("Jun Lindqvist", "jun@demo.test", "Harbor", "inside", "Engineering", "weekly", "Europe/Stockholm", 0, 8, "jun"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """An audience: what its people see, and how exactly."""

    name: str
    precision: str
    fields: tuple[str, ...]
    description: str
    side: str = "outside"
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


AUDIENCES = (
    Group("Customers", "quarter", ("title", "timeframe", "status", "goals", "vision", "reason"),
          "Companies that use Harbor. They see features, and quarters.", types=("feature", "improvement")),
    Group("Design partners", "month", ("title", "timeframe", "status", "goals", "vision", "reason"),
          "Companies that try things early, and are told months.", types=("feature", "epic")),
    Group("Sales", "month", ("title", "timeframe", "status", "goals", "vision", "reason"), "Who talks to prospects.", "inside",
          statuses=("planned", "in_progress", "shipped")),
    Group("Board", "half", ("title", "timeframe", "status", "goals", "vision", "reason"), "Founders and investors.", "inside"),
    Group("Engineering", "day", ("title", "timeframe", "status", "goals", "vision", "reason"),
          "Who builds and supports it.", "inside"),
)  # fmt: skip
