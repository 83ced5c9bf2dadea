"""# Orders, typed and once

The shop delivers each order as text, and sometimes again. Write the model `models/staging/stg_orders.sql`: a view with one row an order. The project holds the source `shop.order_events`, all `varchar`, and the seed `currencies` with the column `currency` (`EUR`, `SEK`, `PLN`).

| event_id | order_id | ordered_at | currency | amount | channel | delivered_at |
| :-- | :-- | :-- | :-- | :-- | :-- | :-- |
| e1 | 17 | 2025-10-25T23:30:00+02:00 | eur | 12,50 | web | 2025-10-26T01:00:00Z |
| e2 | 17 | 2025-10-25T23:30:00+02:00 | EUR | 12.00 | | 2025-10-27T01:00:00Z |
| e3 | 18 | 2025-10-26T09:00:00Z | SEK | N/A | app | 2025-10-27T01:00:00Z |

gives, in this order of columns,

| order_id | ordered_at | ordered_on | currency | amount_cents | channel |
| :-- | :-- | :-- | :-- | :-- | :-- |
| bigint | timestamptz | date, UTC | varchar | bigint | varchar |
| 17 | 2025-10-25 21:30 UTC | 2025-10-25 | EUR | 1200 | unknown |
| 18 | 2025-10-26 09:00 UTC | 2025-10-26 | SEK | NULL | app |

- Of an order's events the one delivered last counts, of those delivered together the greater `event_id` as text. What it says replaces all that came before.
- An event whose `order_id` is no number, or whose `ordered_at` is no time, is left out before that. A number has no fraction.
- Currencies and channels may carry blanks around them; currencies come in any case. A missing or blank channel is `unknown`. Orders in a currency that the seed lacks are left out.
- Amounts have a dot or a comma and at most two decimals, and may be negative. What is no number is NULL.

Name no relation by hand. The session's time zone is UTC.
Write the file as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dbt-staging-orders",
    pattern="staging model",
    difficulty="medium",
    minutes=20,
    points=3,
    order=1,
    hints={
        "The example": (
            "`{{ source('shop', 'order_events') }}` and `{{ ref('currencies') }}`; then one step a common table expression: type, keep the newest, name.",
            "`qualify row_number() over (partition by order_id order by delivered_at desc, event_id desc) = 1`, and types by `try_cast`.",
        ),
        "Dirty events": (
            "Decide for each rule whether it comes before the newest event is chosen, or after.",
            "Leave out what has no key or time first, choose the newest, then look at its currency. An empty text is not NULL: `nullif(trim(channel), '')`.",
            "Delivery times carry zones: as text `01:30:00+02:00` comes after `00:30:00Z`, as a time it comes before.",
        ),
        "A good citizen": (
            "The edges of the project come from `ref` and `source`; staging is a view.",
            "Cast to the type that the statement names: `bigint`, `timestamptz`, `date`, `varchar`; `{{ config(materialized='view') }}` is the default.",
        ),
    },
)

SOURCES = """
sources:
  - name: shop
    schema: main
    tables: [{name: order_events}]
"""
FIELDS = ("event_id", "order_id", "ordered_at", "currency", "amount", "channel", "delivered_at")
TYPES = (
    ("order_id", "BIGINT"),
    ("ordered_at", "TIMESTAMP WITH TIME ZONE"),
    ("ordered_on", "DATE"),
    ("currency", "VARCHAR"),
    ("amount_cents", "BIGINT"),
    ("channel", "VARCHAR"),
)

EXAMPLE = [
    ("e1", "17", "2025-10-25T23:30:00+02:00", "eur", "12,50", "web", "2025-10-26T01:00:00Z"),
    ("e2", "17", "2025-10-25T23:30:00+02:00", "EUR", "12.00", None, "2025-10-27T01:00:00Z"),
    ("e3", "18", "2025-10-26T09:00:00Z", "SEK", "N/A", "app", "2025-10-27T01:00:00Z"),
]
EXPECTED = [
    ("17", "2025-10-25 21:30:00+00", "2025-10-25", "EUR", "1200", "unknown"),
    ("18", "2025-10-26 09:00:00+00", "2025-10-26", "SEK", None, "app"),
]

AT, LATER = "2025-10-20T01:00:00Z", "2025-10-21T01:00:00Z"
NOON = "2025-10-20T12:00:00Z"
# Name → events, expected rows.
DIRTY = {
    "nothing came": ([], []),
    "two events delivered together": (
        [("e9", "1", NOON, "EUR", "1.00", "web", AT), ("e10", "1", NOON, "EUR", "2.00", "web", AT),
         ("e11", "2", NOON, "EUR", "3.00", "web", AT), ("e8", "2", NOON, "EUR", "4.00", "web", AT)],
        [("1", "2025-10-20 12:00:00+00", "2025-10-20", "EUR", "100", "web"),
         ("2", "2025-10-20 12:00:00+00", "2025-10-20", "EUR", "400", "web")],
    ),
    "delivery times in two zones": (
        [
            ("e1", "1", NOON, "EUR", "1.00", "web", "2025-10-20T01:30:00+02:00"),
            ("e0", "1", NOON, "EUR", "2.00", "app", "2025-10-20T00:30:00Z"),
        ],
        [("1", "2025-10-20 12:00:00+00", "2025-10-20", "EUR", "200", "app")],
    ),
    "an order_id that is no number": (
        [("e1", "A-1", NOON, "EUR", "1.00", "web", AT), ("e2", "", NOON, "EUR", "1.00", "web", AT),
         ("e3", None, NOON, "EUR", "1.00", "web", AT), ("e4", "1e", NOON, "EUR", "1.00", "web", AT)],
        [],
    ),
    "the newest event has no time": (
        [("e1", "1", NOON, "EUR", "1.00", "web", AT), ("e2", "1", "yesterday", "EUR", "2.00", "web", LATER)],
        [("1", "2025-10-20 12:00:00+00", "2025-10-20", "EUR", "100", "web")],
    ),
    "the newest event has a currency that the seed lacks": (
        [("e1", "1", NOON, "EUR", "1.00", "web", AT), ("e2", "1", NOON, "XXX", "2.00", "web", LATER)],
        [],
    ),
    "the newest event has no amount and no channel": (
        [("e1", "1", NOON, "EUR", "1.00", "web", AT), ("e2", "1", NOON, "EUR", "", " ", LATER)],
        [("1", "2025-10-20 12:00:00+00", "2025-10-20", "EUR", None, "unknown")],
    ),
    "blanks around": (
        [("e1", "1", NOON, " sek ", "1.00", " app ", AT)],
        [("1", "2025-10-20 12:00:00+00", "2025-10-20", "SEK", "100", "app")],
    ),
    "amounts": (
        [(f"e{n}", str(n), NOON, "PLN", amount, "web", AT)
         for n, amount in enumerate(["0,07", "-3.5", "8", "1.15", "free", None, "19,99", "1234567.89"], 1)],
        [(str(n), "2025-10-20 12:00:00+00", "2025-10-20", "PLN", cents, "web")
         for n, cents in enumerate(["7", "-350", "800", "115", None, None, "1999", "123456789"], 1)],
    ),
    "midnight in Berlin is the day before in UTC": (
        [("e1", "1", "2025-10-21T00:10:00+02:00", "EUR", "1.00", "web", LATER)],
        [("1", "2025-10-20 22:10:00+00", "2025-10-20", "EUR", "100", "web")],
    ),
}  # fmt: skip


@lru_cache(maxsize=1)
def project():
    from seniorde.problems.week_02.dbt._project import Project

    return Project(
        **{
            "models/sources.yml": SOURCES,
            "seeds/currencies.csv": "currency\nEUR\nSEK\nPLN\n",
        }
    )


def events(rows):
    values = ", ".join(
        "(" + ", ".join("NULL" if v is None else "'" + v + "'" for v in row) + ")" for row in rows
    )
    columns = ", ".join(f"{name} varchar" for name in FIELDS)
    fill = f"; INSERT INTO main.order_events VALUES {values}" if rows else ""
    return f"CREATE OR REPLACE TABLE main.order_events ({columns}){fill}"


@lru_cache(maxsize=1)
def built(model):
    """Build the model on the example; return dbt's node and the project, in which the data may change."""
    shop = project()
    shop.write("models/staging/stg_orders.sql", model)
    shop.fresh(events(EXAMPLE))
    shop.parse()
    return shop.run("build")["stg_orders"], shop


def rows_of(shop):
    named = ", ".join(f"{name}::varchar" for name, _ in TYPES)
    return shop.sql(f"SELECT {named} FROM shop.stg_orders ORDER BY ALL")


def compare(shop, events_, expected, what):
    try:
        found = rows_of(shop)
    except Exception as error:
        raise Refused("error", f"The model fails on {what}.", message=str(error)[:300], events=told(events_))
    if found != sorted(expected, key=str):
        raise Refused(
            "rows", f"Other rows than expected: {what}.",
            events=told(events_), expected=told(expected), got=told(found),
        )  # fmt: skip


def told(rows):
    shown = [" | ".join("NULL" if value is None else value for value in row) for row in rows[:8]]
    return "\n".join(shown) or "(no row)"


def deliver(node, shop, rows):
    shop.sql(events(rows))
    if node.materialized != "view":  # which shows new data by itself
        shop.run("run", "--full-refresh")


def example(model):
    node, shop = built(model)
    deliver(node, shop, EXAMPLE)
    found = tuple(shop.sql("SELECT column_name, data_type FROM information_schema.columns "
                           "WHERE table_schema = 'shop' AND table_name = 'stg_orders' ORDER BY ordinal_position"))  # fmt: skip
    if [name for name, _ in found] != [name for name, _ in TYPES]:
        raise Refused(
            "columns", "The columns are not those of the statement.",
            expected=", ".join(name for name, _ in TYPES), got=", ".join(name for name, _ in found),
        )  # fmt: skip
    compare(shop, EXAMPLE, EXPECTED, "the statement's example")
    return "The example gives the rows of the statement."


def dirty(model):
    node, shop = built(model)
    for what, (delivered, expected) in DIRTY.items():
        deliver(node, shop, delivered)
        compare(shop, delivered, expected, what)
    return f"{len(DIRTY)} dirty deliveries give what they should."


def citizen(model):
    node, shop = built(model)
    wanted = ("seed.shop.currencies", "source.shop.shop.order_events")
    if missing := [name for name in wanted if name not in node.needs]:
        raise Refused("edges", f"dbt does not know that the model needs `{missing[0]}`: use ref and source.")
    if node.materialized != "view":
        raise Refused(
            "materialized", f"The model is materialized as {node.materialized}: a view is asked for."
        )
    found = shop.sql("SELECT column_name, data_type FROM information_schema.columns "
                     "WHERE table_schema = 'shop' AND table_name = 'stg_orders' ORDER BY ordinal_position")  # fmt: skip
    for (name, wanted_type), (_, got) in zip(TYPES, found, strict=True):
        if got != wanted_type:
            raise Refused("types", f"`{name}` is of type {got}: {wanted_type} is asked for.")
    return "A view with the right types, and dbt knows both of its edges."


PARTS = {"The example": example, "Dirty events": dirty, "A good citizen": citizen}

SOLVE = r"""
with typed as (
    select
        event_id,
        try_cast(order_id as bigint) as order_id,
        try_cast(ordered_at as timestamptz) as ordered_at,
        upper(trim(currency)) as currency,
        try_cast(replace(amount, ',', '.') as decimal(18, 2)) as amount,
        coalesce(nullif(trim(channel), ''), 'unknown') as channel,
        try_cast(delivered_at as timestamptz) as delivered_at
    from {{ source('shop', 'order_events') }}
),

newest as (
    select *
    from typed
    where order_id is not null and ordered_at is not null
    qualify row_number() over (partition by order_id order by delivered_at desc, event_id desc) = 1
)

select
    order_id,
    ordered_at,
    cast(ordered_at as date) as ordered_on,
    currency,
    cast(amount * 100 as bigint) as amount_cents,
    channel
from newest
where currency in (select currency from {{ ref('currencies') }})
"""

BY_ARG_MAX = variant(r"""
{{ config(materialized='view') }}

{% set events = source('shop', 'order_events') %}

with good as (
    select *, cast(ordered_at as timestamptz) as at, cast(order_id as bigint) as id
    from {{ events }}
    where try_cast(order_id as bigint) is not null
      and try_cast(ordered_at as timestamptz) is not null
),

last_one as (
    select id, max_by(good, row(delivered_at::timestamptz, event_id)) as e
    from good
    group by id
)

select
    id as order_id,
    e.at as ordered_at,
    (e.at at time zone 'UTC')::date as ordered_on,
    c.currency,
    round(try_cast(replace(e.amount, ',', '.') as double) * 100)::bigint as amount_cents,
    case when trim(coalesce(e.channel, '')) = '' then 'unknown' else trim(e.channel) end as channel
from last_one
join {{ ref('currencies') }} as c on c.currency = upper(trim(e.currency))
""")

BY_HAND = wrong(
    "the source is named by hand: dbt does not know the edge",
    SOLVE.replace("{{ source('shop', 'order_events') }}", "main.order_events"),
    fails="edges",
    passes_examples=True,
)
SEED_BY_HAND = wrong(
    "the currencies stand in the model: the seed is no parent",
    SOLVE.replace("(select currency from {{ ref('currencies') }})", "('EUR', 'SEK', 'PLN')"),
    fails="edges",
    passes_examples=True,
)
TEXT_TIMES = wrong(
    "delivery times are compared as text, and zones are forgotten",
    SOLVE.replace("try_cast(delivered_at as timestamptz) as delivered_at", "delivered_at"),
    fails="rows",
    passes_examples=True,
)
CURRENCY_FIRST = wrong(
    "an unknown currency is left out before the newest event is chosen, so an old event comes back",
    SOLVE.replace("ordered_at is not null\n", "ordered_at is not null\n    and currency in (select currency from {{ ref('currencies') }})\n"),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
NULLS_ONLY = wrong(
    "a blank channel is not NULL",
    SOLVE.replace("coalesce(nullif(trim(channel), ''), 'unknown')", "coalesce(trim(channel), 'unknown')"),
    fails="rows",
    passes_examples=True,
)
NO_TIE = wrong(
    "of events delivered together any may win",
    SOLVE.replace("delivered_at desc, event_id desc", "delivered_at desc"),
    fails="rows",
    passes_examples=True,
)
SMALLEST = wrong(
    "of events delivered together the smallest id wins",
    SOLVE.replace("delivered_at desc, event_id desc", "delivered_at desc, event_id"),
    fails="rows",
    passes_examples=True,
)
TRUNCATED = wrong(
    "1.15 * 100 is 114.99999999999999 in floating point, and is cut",
    SOLVE.replace("decimal(18, 2)", "double").replace("cast(amount * 100 as bigint)", "cast(trunc(amount * 100) as bigint)"),
    fails="rows",
    passes_examples=True,
)  # fmt: skip
HARD_CAST = wrong(
    "cast fails on the first dirty value",
    SOLVE.replace("try_cast", "cast"),
    fails="error",
)
DECIMAL_LEFT = wrong(
    "the cents are a decimal, not a bigint",
    SOLVE.replace("cast(amount * 100 as bigint)", "cast(amount * 100 as decimal(18, 0))"),
    fails="types",
    passes_examples=True,
)

NOTES = """
**Why it holds**: each rule has its place. Without key or time an event cannot be placed, so it goes first; the newest event is *what the order is*, so its currency is looked at afterwards.

**Pitfall**: filtering before choosing brings back what was replaced: the order in an unknown currency lives on in its older event. The same trap waits in every "latest state" model.

**Alternative**: `max_by(row, order)` in place of `qualify row_number()`: one aggregate, no sort of whole rows. On engines without `try_cast` the rule becomes a regular expression.

**At work**: staging is the one place for names, types and duplicates, a view that nothing but the marts read. `ref` and `source` are what makes skipping, CI and lineage work; a table named by hand is invisible to all three.
"""
