"""# Run a query to its rows

`run_query(athena, sql, workgroup, sleep)` gets a boto3 client for Athena, a `SELECT`, the name of a workgroup that has a location for results, and a function with which to wait. It returns the rows: a list of tuples, without the header.

1. **Start once.** Any call may raise a `ClientError` with code `ThrottlingException` or `TooManyRequestsException`: wait and try that call again, however often. A start may have worked although it was throttled: `ClientRequestToken`, a text of 32 to 128 characters, the same in each try, makes it one query; another run needs another token. All other errors pass through.
2. **Wait.** Look at the state until it is `SUCCEEDED`, `FAILED` or `CANCELLED`. Between two looks call `sleep(seconds)`: at most 1 the first time, never more than 5; a query of a minute may cost at most 30 looks.
3. **Tell.** For `FAILED` and `CANCELLED` raise `RuntimeError`, with the state and Athena's `StateChangeReason` (which may be absent) in its text.
4. **Read all pages.** The first row of the first page is the header, and only that.
5. **Type.** By the `Type` in `ResultSetMetadata`: `tinyint`, `smallint`, `integer`, `bigint` → `int`; `float`, `double` → `float`; `boolean` → `bool`; `decimal` → `Decimal`; all else stays text. A cell without `VarCharValue` is `None`.

```python
run_query(athena, "SELECT 7 AS n, 'x' AS t", "analysts", time.sleep)   # [(7, 'x')]
```

It is judged on the local AWS, then with a client whose answers are scripted, and whose clock your `sleep` moves.
"""

import itertools
import json
import time
import uuid
from decimal import Decimal
from functools import cache

from botocore.exceptions import ClientError

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-athena-run-query",
    pattern="poll and page",
    difficulty="hard",
    minutes=35,
    points=5,
    hints={
        "On the local AWS": (
            "Three calls: `start_query_execution`, `get_query_execution` in a loop, `get_query_results`.",
            "`QueryString=sql, WorkGroup=workgroup`; a row is `row['Data']`, a cell `cell.get('VarCharValue')`; types stand in `ResultSet.ResultSetMetadata.ColumnInfo`.",
        ),
        "Waiting": (
            "A wait that doubles is quick for quick queries and cheap for slow ones.",
            "`wait = 0.25`, then `sleep(wait)` and `wait = min(2 * wait, 5)`.",
        ),
        "Failures": (
            "A query that fails raises nothing by itself: it has a state.",
            "`raise RuntimeError(f\"{state}: {status.get('StateChangeReason', '')}\")`.",
        ),
        "Pages and types": (
            "Drop the header from the first page, not from each.",
            "`bool('false')` is true: compare with `'true'`. A cell may be `{'VarCharValue': ''}`, which is no NULL.",
        ),
        "Throttled": (
            "Write one small function that tries a call again, and use it for all three kinds, for each page too.",
            "Make the token once, before the first try: `str(uuid.uuid4())` has 36 characters. A paginator cannot go on after an error: call with `NextToken` yourself.",
        ),
    },
)


def solve(athena, sql, workgroup, sleep):
    whole = dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int)
    casts = whole | {"float": float, "double": float, "decimal": Decimal, "boolean": "true".__eq__}

    def patiently(method, **arguments):
        wait = 0.5
        while True:
            try:
                return method(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("ThrottlingException", "TooManyRequestsException"):
                    raise
            sleep(wait)
            wait = min(2 * wait, 5)

    token = str(uuid.uuid4())
    query = patiently(
        athena.start_query_execution, QueryString=sql, WorkGroup=workgroup, ClientRequestToken=token
    )["QueryExecutionId"]
    wait = 0.25
    while True:
        status = patiently(athena.get_query_execution, QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
        sleep(wait)
        wait = min(2 * wait, 5)
    if status["State"] != "SUCCEEDED":
        raise RuntimeError(f"{status['State']}: {status.get('StateChangeReason', 'no reason given')}")
    rows, more = [], {}
    while True:
        page = patiently(athena.get_query_results, QueryExecutionId=query, **more)
        columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        cast = [casts.get(column["Type"], str) for column in columns]
        for row in page["ResultSet"]["Rows"][0 if more else 1 :]:
            texts = [cell.get("VarCharValue") for cell in row["Data"]]
            rows.append(tuple(None if t is None else c(t) for c, t in zip(cast, texts, strict=True)))
        if "NextToken" not in page:
            return rows
        more = {"NextToken": page["NextToken"]}


BUSY = ("ThrottlingException", "TooManyRequestsException")
CASTS = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "double"), float),
    "boolean": lambda text: text.lower() == "true",
    "decimal": Decimal,
}


GROUP = "week2-run-query"


@cache
def local():
    from seniorde import labs

    aws = labs.aws()
    aws.client("s3").create_bucket(Bucket=GROUP)
    athena = aws.client("athena")
    location = {"ResultConfiguration": {"OutputLocation": f"s3://{GROUP}/results/"}}
    athena.create_work_group(Name=GROUP, Configuration=location)
    return athena


class _Answer:
    def __init__(self, status):
        self.status_code, self.headers = status, {}


class Script:
    """A real client whose answers come from here; time passes only when somebody sleeps."""

    def __init__(
        self, rows=(), types=("integer",), *, seconds=0.0, state="SUCCEEDED", reason=None, busy=(), page=3
    ):
        import boto3

        # A session of its own: nothing of the reader's is asked, nothing goes out.
        keys = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
        self.client = boto3.client("athena", region_name="us-east-1", **keys)
        self.client.meta.events.register("before-call.athena", self._answer)
        self.rows, self.types, self.seconds, self.state, self.reason = (
            list(rows),
            types,
            seconds,
            state,
            reason,
        )
        self.busy, self.page = {name: list(codes) for name, codes in busy}, page
        self.clock, self.queries, self.tokens, self.looks, self.waits = 0.0, {}, [], 0, []

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.clock += seconds

    def _answer(self, model, params, **_):
        asked = json.loads(params["body"])
        code = next(iter(self.busy.get(model.name, [])), None)
        if code:
            self.busy[model.name].pop(0)
        if model.name == "StartQueryExecution":
            token = asked.get("ClientRequestToken", "")
            self.tokens.append(token)
            if code in (None, *BUSY):  # it works, whatever the answer says
                self.queries.setdefault(token, (f"q-{len(self.queries)}", self.clock, asked))
        if code:
            status = 400
            return _Answer(status), {
                "Error": {"Code": code, "Message": "Rate exceeded" if code in BUSY else "No."},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
        return _Answer(200), getattr(self, f"_{model.name}")(asked) | {
            "ResponseMetadata": {"HTTPStatusCode": 200}
        }

    def _StartQueryExecution(self, asked):
        return {"QueryExecutionId": self.queries[asked.get("ClientRequestToken", "")][0]}

    def _GetQueryExecution(self, asked):
        self.looks += 1
        start = next(start for query, start, _ in self.queries.values() if query == asked["QueryExecutionId"])
        age = self.clock - start
        state = "QUEUED" if age < self.seconds / 10 else "RUNNING" if age < self.seconds else self.state
        status = {"State": state}
        if self.reason and state == self.state:
            status["StateChangeReason"] = self.reason
        return {"QueryExecution": {"QueryExecutionId": asked["QueryExecutionId"], "Status": status}}

    def _GetQueryResults(self, asked):
        header = [{"VarCharValue": f"c{n}"} for n in range(len(self.types))]
        cells = [[{} if text is None else {"VarCharValue": text} for text in row] for row in self.rows]
        begin = int(asked.get("NextToken", 0))
        found = [header, *cells][begin : begin + self.page]
        info = [{"Name": f"c{n}", "Type": kind} for n, kind in enumerate(self.types)]
        answer = {
            "ResultSet": {"Rows": [{"Data": row} for row in found], "ResultSetMetadata": {"ColumnInfo": info}}
        }
        if begin + self.page < len(cells) + 1:
            answer["NextToken"] = str(begin + self.page)
        return answer


def play(function, script):
    """What the function returns, played against a script."""
    return call(function, script.client, "SELECT 1", "analysts", script.sleep, lines=2_000_000)


def same(got, expected, what):
    kinds = [tuple(map(type, row)) for row in expected]
    right = isinstance(got, list) and all(isinstance(row, tuple) for row in got)
    if not right or got != expected or [tuple(map(type, row)) for row in got] != kinds:
        raise Refused(
            "rows", f"These are not the rows: {what}.", expected=repr(expected)[:300], got=repr(got)[:300]
        )


def on_the_local_aws(function):
    got = call(function, local(), "SELECT 7 AS n, 'x' AS t", GROUP, time.sleep, lines=2_000_000)
    same(got, [(7, "x")], "the statement's example")
    return "The statement's query, on the local AWS."


def waiting(function):
    for seconds in (0.0, 0.4, 3.0, 60.0):
        script = Script([("1",)], seconds=seconds)
        same(play(function, script), [(1,)], f"a query of {seconds:g} s")
        facts = {"waits": str([round(wait, 2) for wait in script.waits[:30]]), "looks": str(script.looks)}
        if script.waits and max(script.waits) > 5:
            raise Refused("wait", f"A wait of {max(script.waits):g} s is more than 5.", **facts)
        if script.waits and script.waits[0] > 1:
            raise Refused("wait", "The first wait is more than 1 s: quick queries wait for nothing.", **facts)
        if script.looks > 30:
            raise Refused(
                "wait", f"A query of {seconds:g} s cost {script.looks} looks, more than 30.", **facts
            )
        [(_, _, asked)] = script.queries.values()
        if asked["QueryString"] != "SELECT 1" or asked.get("WorkGroup") != "analysts":
            raise Refused("start", "The query or the workgroup is another.", got=str(asked))
    return "Queries of 0, 0.4, 3 and 60 seconds."


def failures(function):
    reason = "SYNTAX_ERROR: line 1:8: Column 'chanel' cannot be resolved"
    for state, why in itertools.product(("FAILED", "CANCELLED"), (reason, None)):
        script = Script(seconds=2.0, state=state, reason=why)
        try:
            got = play(function, script)
        except Refused as refused:
            text = str(refused)
            if refused.reason != "error" or "RuntimeError" not in text:
                raise
            if state not in text or (why or "") not in text:
                raise Refused(
                    "raise", f"The error's text lacks the state or the reason: {text}", state=state
                ) from None
            continue
        raise Refused("raise", f"A query that is {state} must raise RuntimeError.", got=repr(got)[:100])
    return "A failed and a cancelled query raise, with the reason."


TYPES = (
    "integer",
    "bigint",
    "tinyint",
    "smallint",
    "double",
    "float",
    "boolean",
    "decimal",
    "varchar",
    "date",
    "timestamp",
)
ROWS = (
    (
        "7",
        "9007199254740993",
        "1",
        "-3",
        "0.5",
        "1.5",
        "true",
        "12.50",
        "x",
        "2025-10-07",
        "2025-10-07 09:30:00.000",
    ),
    (None,) * 11,
    ("0", "0", "0", "0", "-1.0E10", "0.0", "false", "0.00", "", "2025-01-01", "2025-01-01 00:00:00.000"),
)


def pages(function):
    expected = [
        tuple(None if t is None else CASTS.get(k, str)(t) for k, t in zip(TYPES, row, strict=True))
        for row in ROWS
    ]
    same(play(function, Script(ROWS, TYPES, page=10)), expected, "each type, NULL and an empty text")
    for count in (0, 1, 2, 3, 5, 6, 11):
        rows = [(str(n), f"c{n % 2}") for n in range(count)]
        script = Script(rows, ("integer", "varchar"))
        same(
            play(function, script),
            [(n, f"c{n % 2}") for n in range(count)],
            f"{count} rows in pages of 3, header included",
        )
    same(
        play(function, Script([("c0",), ("x",), ("c0",)], ("varchar",), page=2)),
        [("c0",), ("x",), ("c0",)],
        "a row that looks like the header",
    )
    return "Eleven types, NULL, and pages of all lengths."


def throttled(function):
    codes = [BUSY[n % 2] for n in range(4)]
    calls = ("StartQueryExecution", "GetQueryExecution", "GetQueryResults")
    for name in calls:
        for tries in (1, 4):
            script = Script([(str(n),) for n in range(7)], seconds=1.0, busy=[(name, codes[:tries])])
            same(play(function, script), [(n,) for n in range(7)], f"{name} is throttled {tries} times")
            if len(script.queries) > 1:
                raise Refused(
                    "twice",
                    f"{len(script.queries)} queries were started, and all are billed.",
                    tokens=str(len(set(script.tokens))) + " different tokens",
                )
            if not 32 <= len(script.tokens[0]) <= 128:
                raise Refused("token", "The token must have 32 to 128 characters.", got=script.tokens[0])
            if not script.waits:
                raise Refused("wait", "A throttled call was repeated without a wait.")
    for late in (1, 2):
        script = Script([(str(n),) for n in range(7)], busy=[("GetQueryResults", [None] * late + [BUSY[0]])])
        same(play(function, script), [(n,) for n in range(7)], f"page {late + 1} is throttled")
    one, other = Script([("1",)]), Script([("1",)])
    play(function, one), play(function, other)
    if one.tokens == other.tokens:
        raise Refused("token", "Two runs have the same token: the second gets the first one's rows.")
    for name in calls:
        script = Script([("1",)], busy=[(name, ["AccessDeniedException"])])
        try:
            play(function, script)
        except Refused as refused:
            if "AccessDenied" not in str(refused):
                raise
            continue
        raise Refused("raise", f"{name} is refused, and nobody learns of it.")
    return "Each call throttled once and four times, one query each; other errors pass."


PARTS = {
    "On the local AWS": on_the_local_aws,
    "Waiting": waiting,
    "Failures": failures,
    "Pages and types": pages,
    "Throttled": throttled,
}


def parameters(**changes):
    """A family of answers; each change is one decision taken otherwise."""

    def answer(athena, sql, workgroup, sleep):
        options = {"retry": BUSY, "token": uuid.uuid4, "waits": None, "header": "first", "casts": CASTS,
                   "raises": True, "null": None, "pages": True, "fresh": False} | changes  # fmt: skip
        made = str(options["token"]())

        def again(name, **arguments):
            for _ in range(9):
                if options["fresh"] and "ClientRequestToken" in arguments:
                    arguments["ClientRequestToken"] = str(uuid.uuid4())
                try:
                    return getattr(athena, name)(**arguments)
                except ClientError as error:
                    if error.response["Error"]["Code"] not in options["retry"]:
                        raise
                    sleep(1)

        start = {"QueryString": sql, "WorkGroup": workgroup, "ClientRequestToken": made}
        query = again("start_query_execution", **start)["QueryExecutionId"]
        waits = iter(options["waits"] or [0.5, 1, 2, *[4] * 50])
        while True:
            status = again("get_query_execution", QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                break
            sleep(next(waits))
        if status["State"] == "FAILED" or status["State"] == "CANCELLED" and options["raises"]:
            raise RuntimeError(status["State"] + " " + status.get("StateChangeReason", ""))
        if status["State"] == "CANCELLED":
            return []
        rows, token = [], None
        while True:
            more = {"NextToken": token} if token else {}
            page = again("get_query_results", QueryExecutionId=query, **more)
            kinds = [c["Type"] for c in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
            found = page["ResultSet"]["Rows"]
            if options["header"] == "each" or not token:
                found = found[1:]
            for row in found:
                texts = [cell.get("VarCharValue", options["null"]) for cell in row["Data"]]
                casts = options["casts"]
                rows.append(
                    tuple(
                        None if t is None else casts.get(k, str)(t) for k, t in zip(kinds, texts, strict=True)
                    )
                )
            token = page.get("NextToken")
            if not token or not options["pages"]:
                return rows

    return answer


in_steps = variant(parameters())
steady = variant(parameters(waits=[1, *[3] * 99]))


@variant
def own_paging(athena, sql, workgroup, sleep):
    def attempt(call):
        try:
            return call()
        except (athena.exceptions.TooManyRequestsException, ClientError) as error:
            if error.response["Error"]["Code"] in ("ThrottlingException", "TooManyRequestsException"):
                sleep(2)
                return attempt(call)
            raise

    token = uuid.uuid4().hex
    started = attempt(
        lambda: athena.start_query_execution(QueryString=sql, WorkGroup=workgroup, ClientRequestToken=token)
    )
    name = {"QueryExecutionId": started["QueryExecutionId"]}
    status, pause = {"State": "QUEUED"}, 0.1
    while status["State"] in {"QUEUED", "RUNNING"}:
        status = attempt(lambda: athena.get_query_execution(**name))["QueryExecution"]["Status"]
        if status["State"] in {"QUEUED", "RUNNING"}:
            sleep(pause)
            pause = min(5, pause * 1.5)
    if status["State"] in {"FAILED", "CANCELLED"}:
        raise RuntimeError(str(status))
    pages = [attempt(lambda: athena.get_query_results(**name, MaxResults=1000))]
    while token := pages[-1].get("NextToken"):
        pages.append(
            attempt(lambda token=token: athena.get_query_results(**name, MaxResults=1000, NextToken=token))
        )
    kinds = [column["Type"] for column in pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
    lines = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]][1:]
    return [
        tuple(
            CASTS.get(kind, str)(cell["VarCharValue"]) if cell else None
            for kind, cell in zip(kinds, line, strict=True)
        )
        for line in lines
    ]


def as_wrong(why, fails, **changes):
    return wrong(why, fails=fails, passes_examples=True)(parameters(**changes))


new_token = as_wrong("a new token for each try: a throttled start is started again", "twice", fresh=True)
no_retry = as_wrong("a throttled call ends the run", "error", retry=())
all_retried = as_wrong(
    "every error is tried again, also a refusal", "error", retry=(*BUSY, "AccessDeniedException")
)
fixed_token = as_wrong(
    "the same token for every run: the second gets the first one's rows", "token", token=lambda: "a" * 40
)
impatient = as_wrong("looks each 100 ms", "wait", waits=[0.1] * 900)
lazy = as_wrong("waits 10 seconds", "wait", waits=[10] * 99)
header_each = as_wrong("a row is lost at the beginning of each page", "rows", header="each")
one_page = as_wrong("only the first page is read", "rows", pages=False)
cancelled_empty = as_wrong("a cancelled query has no rows, and no error", "raise", raises=False)
null_empty = as_wrong("NULL becomes an empty text", "error", null="")
bool_of_text = as_wrong("bool('false') is true", "rows", casts=CASTS | {"boolean": bool})
float_money = as_wrong("a decimal becomes a float", "rows", casts=CASTS | {"decimal": float})


@wrong("a paginator cannot go on after a throttled page", fails="error", passes_examples=True)
def by_paginator(athena, sql, workgroup, sleep):
    def again(method, **arguments):
        for _ in range(9):
            try:
                return method(**arguments)
            except ClientError as error:
                if error.response["Error"]["Code"] not in BUSY:
                    raise
                sleep(1)

    start = {"QueryString": sql, "WorkGroup": workgroup, "ClientRequestToken": str(uuid.uuid4())}
    name = {"QueryExecutionId": again(athena.start_query_execution, **start)["QueryExecutionId"]}
    for wait in (0.5, 1, 2, *[4] * 50):
        status = again(athena.get_query_execution, **name)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
        sleep(wait)
    if status["State"] != "SUCCEEDED":
        raise RuntimeError(str(status))
    rows = []
    for page in athena.get_paginator("get_query_results").paginate(**name):
        kinds = [column["Type"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
        for row in page["ResultSet"]["Rows"]:
            texts = [cell.get("VarCharValue") for cell in row["Data"]]
            rows.append((kinds, texts))
    return [
        tuple(None if t is None else CASTS.get(k, str)(t) for k, t in zip(kinds, texts, strict=True))
        for kinds, texts in rows[1:]
    ]


NOTES = """
**Why it holds**: three loops, each with its own end: try again until a call passes, look until the state is final, read until there is no token. Each can be tested without time, because the wait is an argument.

**Pitfall**: boto3 makes a token for you, a new one for each *call*, so that only its own retries are safe. A retry of yours, or of a scheduler that starts the task again, needs a token of yours: derive it from the task's run, such as DAG, task and date, hashed to 64 characters.

**Alternative**: for large results read `OutputLocation`, one GET instead of a thousand pages. For waiting without polling: the *Athena Query State Change* event in EventBridge, or Step Functions' `startQueryExecution.sync`. Libraries such as PyAthena and awswrangler do all of this; know what they do on FAILED.

**At work**: stop what nobody waits for. When your task is killed, `stop_query_execution` in a `finally` saves the rest of the scan.
"""
