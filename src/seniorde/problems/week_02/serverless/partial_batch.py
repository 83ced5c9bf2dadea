"""# Answer with what failed

Lambda's poller hands a function a batch of SQS messages.
Write `partial_batch(event, context, work)`.

`event["Records"]` is a list of messages; each has `"messageId"`, `"body"`, `"eventSourceARN"` and `"attributes"`.
`work` gets the body's JSON, decoded, and raises some `Exception` if it fails.
Return `{"batchItemFailures": [{"itemIdentifier": messageId}, …]}`, in any order, each once.

1. A message whose work fails, or whose body is no JSON, is a failure and keeps no other one from being worked on.
2. *FIFO*: if the ARN ends in `.fifo`, messages of one group (`attributes["MessageGroupId"]`) must stay in order. After a failure the later messages of its group are not worked on and are failures; other groups go on. In a standard queue messages can have a group too, and it means nothing for their order.
3. *Time*: ask `context.get_remaining_time_in_millis()` before each message. With less than 10,000 left, work on no further one: it and all behind it are failures.

Messages are worked on in the batch's order, each once at most.

>>> def message(name, body):
...     return {"messageId": name, "body": body, "attributes": {},
...             "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:files"}
>>> class Context:
...     def get_remaining_time_in_millis(self): return 60_000
>>> batch = {"Records": [message("a", "[]"), message("b", "0"), message("c", "[5]")]}
>>> partial_batch(batch, Context(), len)
{'batchItemFailures': [{'itemIdentifier': 'b'}]}
"""

import copy
import json
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-serverless-partial-batch",
    pattern="partial batch",
    difficulty="medium",
    minutes=20,
    points=3,
    order=2,
    hints={
        "The example": (
            "A `try` inside the loop, around decoding and work; `except Exception` adds the id to the failures.",
            "The answer is a dictionary with one list of dictionaries, also when nothing failed.",
        ),
        "Neighbours": (
            "`json.loads` belongs into the `try`: a body that is no JSON is one message's failure.",
            "An empty batch has the answer with an empty list.",
        ),
        "Groups": (
            "Keep the set of groups that have failed in this batch, and look before you work.",
            "The set is for queues whose ARN ends in `.fifo`; elsewhere a group is about fairness, not about order.",
        ),
        "Time": (
            "Look at the clock before *each* message, not once before the loop.",
            "Once there is too little time, stay with that: each message behind is a failure without being worked on.",
        ),
    },
)


def solve(event, context, work):
    failures, blocked, late = [], set(), False
    for message in event["Records"]:
        fifo = message["eventSourceARN"].endswith(".fifo")
        group = message["attributes"]["MessageGroupId"] if fifo else None
        late = late or context.get_remaining_time_in_millis() < 10_000
        try:
            if late or (fifo and group in blocked):
                raise RuntimeError("not worked on")
            work(json.loads(message["body"]))
        except Exception:
            blocked.add(group)
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


class Broken(Exception):
    """What the judge's work raises."""


class Context:
    """The time left, at each question less by what the last message took."""

    def __init__(self, left):
        self.left = left

    def get_remaining_time_in_millis(self):
        return self.left


def messages(*bodies, groups=None, fifo=False):
    arn = f"arn:aws:sqs:us-east-1:111122223333:files{'.fifo' if fifo else ''}"
    records = []
    for number, body in enumerate(bodies):
        attributes = {"ApproximateReceiveCount": "1"}
        if groups:
            attributes["MessageGroupId"] = groups[number]
        records.append(
            {
                "messageId": f"id-{number}",
                "receiptHandle": f"handle-{number}",
                "body": body,
                "attributes": attributes,
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
            }
        )
    return {"Records": records}


def body(number, fails=False):
    return json.dumps({"n": number, "fails": fails})


def expect(function, event, failures, worked, left=60_000, takes=0):
    """Run it on the event; the failures and what was worked on must be these."""
    context, seen = Context(left), []

    def work(item):
        seen.append(item["n"] if isinstance(item, dict) else item)
        context.left -= takes
        if not isinstance(item, dict) or item["fails"]:
            raise Broken(seen[-1])

    given = copy.deepcopy(event)
    answer = call(function, given, context, work)
    shown = {"batch": "\n".join(_line(m) for m in event["Records"]) or "(empty)", "got": repr(answer)}
    if takes:
        shown["time"] = f"{left:,} ms left at first, {takes:,} for each message"
    try:
        got = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        assert all(isinstance(one, str) for one in got)
    except (TypeError, KeyError, AssertionError):
        raise Refused("shape", "The answer has not the shape that Lambda reads.", **shown) from None
    if seen != worked:
        raise Refused(
            "work",
            "The messages worked on are not those that must be.",
            expected=repr(worked),
            worked=repr(seen),
            **shown,
        )
    if sorted(got) != sorted(failures):
        raise Refused("result", "The failures are not those that must be.", expected=repr(failures), **shown)
    if given != event:
        raise Refused("mutation", "The event was changed.")


def _line(message):
    group = message["attributes"].get("MessageGroupId")
    kind = "FIFO" if message["eventSourceARN"].endswith(".fifo") else "standard"
    return f"{message['messageId']} {kind}{f' group {group}' if group else ''} {message['body']}"


def ids(*numbers):
    return [f"id-{number}" for number in numbers]


def the_example(function):
    expect(function, messages(body(0), body(1, True), body(2)), ids(1), [0, 1, 2])
    expect(function, messages(body(0), body(1)), [], [0, 1])
    return "One failure is answered, its neighbours are not."


def neighbours(function):
    expect(function, messages(), [], [])
    for place in range(4):
        bodies = [body(n, n == place) for n in range(4)]
        expect(function, messages(*bodies), ids(place), [0, 1, 2, 3])
    expect(function, messages(*(body(n, True) for n in range(10))), ids(*range(10)), list(range(10)))
    expect(function, messages(body(0), '{"n": 1, "fai', body(2)), ids(1), [0, 2])
    expect(function, messages("", body(1), "null", body(3)), ids(0, 2), [1, None, 3])
    same = messages(body(7), body(7, True), body(7))
    expect(function, same, ids(1), [7, 7, 7])
    return "Each message stands for itself, whatever its place and its body."


def groups(function):
    batch = [body(n, n in (1, 4)) for n in range(6)]
    fifo = messages(*batch, groups="aababb", fifo=True)
    expect(function, fifo, ids(1, 3, 4, 5), [0, 1, 2, 4])
    expect(function, messages(*batch, groups="aababb"), ids(1, 4), [0, 1, 2, 3, 4, 5])
    garbled = messages("{", body(1), body(2), groups="aba", fifo=True)
    expect(function, garbled, ids(0, 2), [1])
    random = Random(2)
    for _ in range(40):
        size = random.randint(1, 10)
        names = [random.choice("abc") for _ in range(size)]
        bad = [random.random() < 0.3 for _ in range(size)]
        failed, worked, stopped = [], [], set()
        for number, name in enumerate(names):
            if name not in stopped:
                worked.append(number)
                if not bad[number]:
                    continue
                stopped.add(name)
            failed.append(number)
        event = messages(*map(body, range(size), bad), groups=names, fifo=True)
        expect(function, event, ids(*failed), worked)
    return "A group stops at its failure, other groups and standard queues do not."


def the_time(function):
    five = messages(*(body(n) for n in range(5)))
    expect(function, five, ids(2, 3, 4), [0, 1], left=20_000, takes=5_001)
    expect(function, five, ids(3, 4), [0, 1, 2], left=20_000, takes=5_000)
    expect(function, five, ids(*range(5)), [], left=9_999, takes=1)
    expect(function, five, ids(1, 2, 3, 4), [0], left=10_000, takes=1)
    mixed = messages(*(body(n, n == 0) for n in range(4)), groups="abab", fifo=True)
    expect(function, mixed, ids(0, 2, 3), [0, 1], left=22_000, takes=6_500)
    return "What there is no time for goes back unworked."


PARTS = {
    "The example": the_example,
    "Neighbours": neighbours,
    "Groups": groups,
    "Time": the_time,
}


@variant
def in_two_lists(event, context, work):
    """Ids in a dictionary, which keeps the order; the loop ends at the deadline."""
    records = event["Records"]
    failed = {}
    for number, message in enumerate(records):
        if context.get_remaining_time_in_millis() < 10_000:
            failed |= {rest["messageId"]: rest for rest in records[number:]}
            break
        if any(same_group(other, message) for other in failed.values()):
            failed[message["messageId"]] = message
            continue
        try:
            work(json.loads(message["body"]))
        except Exception:
            failed[message["messageId"]] = message
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def same_group(one, other):
    if not other["eventSourceARN"].endswith(".fifo"):
        return False
    return one["attributes"]["MessageGroupId"] == other["attributes"]["MessageGroupId"]


@variant
def by_success(event, context, work):
    """What is done is noted; all others are failures."""
    done, stopped = set(), set()
    for message in event["Records"]:
        if context.get_remaining_time_in_millis() < 10_000:
            break
        order = message["attributes"].get("MessageGroupId")
        if not message["eventSourceARN"].endswith(".fifo"):
            order = message["messageId"]
        if order in stopped:
            continue
        try:
            work(json.loads(message["body"]))
            done.add(message["messageId"])
        except Exception:
            stopped.add(order)
    names = [message["messageId"] for message in event["Records"]]
    return {"batchItemFailures": [{"itemIdentifier": n} for n in names if n not in done]}


@wrong("all or nothing: it raises at the first failure", fails="error")
def raises(event, context, work):
    for message in event["Records"]:
        work(json.loads(message["body"]))
    return {"batchItemFailures": []}


@wrong("it stops at the first failure, and the rest comes again for nothing", fails="work")
def stops(event, context, work):
    records = event["Records"]
    for number, message in enumerate(records):
        try:
            work(json.loads(message["body"]))
        except Exception:
            return {"batchItemFailures": [{"itemIdentifier": m["messageId"]} for m in records[number:]]}
    return {"batchItemFailures": []}


@wrong("a list of ids is not what Lambda reads: it takes the whole batch for failed", fails="shape")
def bare_ids(event, context, work):
    return {
        "batchItemFailures": [
            one["itemIdentifier"] for one in solve(event, context, work)["batchItemFailures"]
        ]
    }


@wrong("Lambda knows messages by their id, not by their receipt", fails="result")
def receipts(event, context, work):
    handles = {m["messageId"]: m["receiptHandle"] for m in event["Records"]}
    found = solve(event, context, work)["batchItemFailures"]
    return {"batchItemFailures": [{"itemIdentifier": handles[f["itemIdentifier"]]} for f in found]}


@wrong("a body that is no JSON fails the whole batch", fails="error", passes_examples=True)
def decodes_outside(event, context, work):
    failures = []
    for message in event["Records"]:
        item = json.loads(message["body"])
        try:
            work(item)
        except Exception:
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@wrong(
    "no order in groups: the second change is applied without the first", fails="work", passes_examples=True
)
def no_groups(event, context, work):
    failures = []
    for message in event["Records"]:
        try:
            if context.get_remaining_time_in_millis() < 10_000:
                raise TimeoutError
            work(json.loads(message["body"]))
        except Exception:
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@wrong("in a standard queue a group says nothing about order", fails="work", passes_examples=True)
def groups_everywhere(event, context, work):
    failures, blocked = [], set()
    for message in event["Records"]:
        group = message["attributes"].get("MessageGroupId")
        try:
            if group in blocked or context.get_remaining_time_in_millis() < 10_000:
                raise RuntimeError
            work(json.loads(message["body"]))
        except Exception:
            if group:
                blocked.add(group)
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@wrong("one failure stops all groups of a FIFO queue", fails="work", passes_examples=True)
def whole_queue(event, context, work):
    failures, failed = [], False
    for message in event["Records"]:
        try:
            if failed and message["eventSourceARN"].endswith(".fifo"):
                raise RuntimeError
            if context.get_remaining_time_in_millis() < 10_000:
                raise TimeoutError
            work(json.loads(message["body"]))
        except Exception:
            failed = True
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


@wrong("the clock is read once, before the batch", fails="work", passes_examples=True)
def one_look(event, context, work):
    left = context.get_remaining_time_in_millis()

    class Fixed:
        def get_remaining_time_in_millis(self):
            return left

    return solve(event, Fixed(), work)


@wrong("what there is no time for is forgotten: Lambda deletes it as done", passes_examples=True)
def forgets(event, context, work):
    failures, blocked = [], set()
    for message in event["Records"]:
        if context.get_remaining_time_in_millis() < 10_000:
            break
        fifo = message["eventSourceARN"].endswith(".fifo")
        group = message["attributes"].get("MessageGroupId")
        try:
            if fifo and group in blocked:
                raise RuntimeError
            work(json.loads(message["body"]))
        except Exception:
            blocked.add(group)
            failures.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failures}


NOTES = """**Why it holds**: after the loop every message is either done or in the answer, and a group's messages are done in order up to its first failure.

**Pitfall**: Lambda reads the answer only if the mapping says `ReportBatchItemFailures`; without it the batch counts as done and is deleted, failures too.
An answer of another shape, or an id that is not in the batch, makes the *whole* batch fail.

**Alternative**: keep what is done and answer with the rest, as in the third answer: forgetting a message is then impossible by construction.
AWS's Powertools for Lambda have both processors, for standard and for FIFO queues.

**At work**: a group on a standard queue (*fair queues*, July 2025) shares the poller among tenants and promises no order.
A poisoned message at the head of a FIFO group stops its group until it is dead, so keep the receives of a FIFO queue few, and groups small: one for each seller, not one for all.
"""
