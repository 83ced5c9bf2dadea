"""# Replay the dead letters

The bug is mended; the messages that died of it go back.
Write `replay_the_dead(sqs, dead, queue, limit, wanted)`: a boto3 `sqs` client, the addresses of two standard queues, at most how many messages to move (1 or more), and a function that tells from a message's body whether to move it.
It returns how many it has moved.

1. Moved messages have the same body and the same message attributes, and are gone from `dead`. If there are enough wanted ones, `limit` are moved; which and in what order is yours.
2. Your process may die at any request to SQS, and later requests never happen. No message may be lost; it may then stand in both queues.
3. `queue` may refuse a message, for instance because it is too large for it. It stays in `dead`, the others are moved.
4. When you return, all that is left in `dead` can be received *at once*, by whoever looks next.

Receiving hides a message for the 30 seconds that `dead` says, and returns ten at most.
Here a receive that returns nothing means that nothing more is visible.

```python
replay_the_dead(sqs, dead, queue, 100, lambda body: "KeyError" in body)
```

It is judged on the local SQS, which knows no `start_message_move_task`; and that has no filter.
"""

import itertools
import json
from functools import cache

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-serverless-replay-the-dead",
    pattern="redrive",
    difficulty="hard",
    minutes=25,
    points=4,
    order=4,
    hints={
        "The example": (
            'Receive with `MessageAttributeNames=["All"]`: without it the attributes are not in the answer.',
            "What you received as `MessageAttributes` can be sent as it is; leave the argument away if there are none.",
            "If it never ends: what you give back at once is received again at once. Give back at the very end.",
        ),
        "Limit and filter": (
            "A receive returns ten at most: go on until it returns nothing, or enough are moved.",
            "An unwanted message that you make visible at once comes back in the next receive: keep it hidden until you have seen all.",
        ),
        "What is left": (
            "Keep the receipt handles of all that you received and did not delete.",
            "At the end `change_message_visibility(…, VisibilityTimeout=0)` for each of them, the refused ones too, and those beyond the limit.",
        ),
        "Killed at every request": (
            "Which request takes a message out of `dead`? It must come after the one that puts it into `queue`.",
            "`send_message_batch` raises nothing for single failures: delete only what its answer lists as `Successful`.",
        ),
    },
)


def solve(sqs, dead, queue, limit, wanted):
    from botocore.exceptions import ClientError

    moved, kept = 0, []
    while moved < limit:
        found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        if not found.get("Messages"):
            break
        for message in found["Messages"]:
            handle, body = message["ReceiptHandle"], message["Body"]
            attributes = message.get("MessageAttributes", {})
            if moved == limit or not wanted(body):
                kept.append(handle)
                continue
            try:
                sqs.send_message(QueueUrl=queue, MessageBody=body, MessageAttributes=attributes)
            except ClientError:
                kept.append(handle)
                continue
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=handle)
            moved += 1
    for handle in kept:
        sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)
    return moved


LARGEST = 1024  # bytes that a message of the queue may have
REQUESTS = 150  # that a run may make, for 15 messages at most
_numbers = itertools.count()


class Dead(BaseException):
    """The process went away; nobody catches it."""


class Endless(BaseException):
    """Many more requests than messages."""


@cache
def client():
    from seniorde import labs

    sqs = labs.aws().client("sqs")
    # An empty queue shall not make a learner who polls for long wait for seconds, run after run.
    sqs.meta.events.register("before-parameter-build.sqs.ReceiveMessage", _at_once)
    return sqs


def _at_once(params, **_):
    params["WaitTimeSeconds"] = 0


class Case:
    """Two queues with dead letters of their own."""

    def __init__(self, bodies):
        sqs, number = client(), next(_numbers)
        self.dead = sqs.create_queue(QueueName=f"replay-{number}-dead")["QueueUrl"]
        self.queue = sqs.create_queue(
            QueueName=f"replay-{number}", Attributes={"MaximumMessageSize": str(LARGEST)}
        )["QueueUrl"]
        self.sent = {}
        for place, body in enumerate(bodies):
            attributes = {
                "place": {"DataType": "Number", "StringValue": str(place)},
                "source": {"DataType": "String", "StringValue": "psp"},
            }
            self.sent[body] = attributes if place % 3 else {}
        for part in tens(self.sent.items()):
            entries = [
                {"Id": str(n), "MessageBody": body, "MessageAttributes": attributes}
                for n, (body, attributes) in enumerate(part)
            ]
            sqs.send_message_batch(QueueUrl=self.dead, Entries=entries)

    def run(self, function, limit=100, wanted=lambda body: True, dies_at=10**9):
        """Run it; what it returned, and whether it came to its end before request number `dies_at`."""
        sqs, asked, handles = client(), itertools.count(1), []

        def perhaps_die(**_):
            if (number := next(asked)) >= dies_at:
                raise Dead
            if number > REQUESTS:
                raise Endless

        def note(parsed, **_):
            handles.extend(m["ReceiptHandle"] for m in parsed.get("Messages", []))

        sqs.meta.events.register("before-call.sqs", perhaps_die)
        sqs.meta.events.register("after-call.sqs.ReceiveMessage", note)
        try:
            got = call(function, sqs, self.dead, self.queue, limit, wanted, lines=None)
        except Refused as refused:
            if (made := next(asked)) > REQUESTS:
                raise Refused("slow", f"Stopped after {REQUESTS} requests for at most 15 messages.") from None
            if made <= dies_at or refused.reason == "slow":
                raise
            got = None
        finally:
            sqs.meta.events.unregister("before-call.sqs", perhaps_die)
            sqs.meta.events.unregister("after-call.sqs.ReceiveMessage", note)
        ended = next(asked) <= dies_at
        if not ended:
            self.wait_out(handles)
        return got, ended

    def wait_out(self, handles):
        """Let the visibility of all that was received end; of some the handles are of no use any more."""
        give_back(self.dead, handles)

    def take(self, url):
        """All that can be received at once, which stays visible: {body: attributes}, and how many there were."""
        sqs, found, handles = client(), [], []
        while messages := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            found += messages
            handles += [message["ReceiptHandle"] for message in messages]
        give_back(url, handles)
        return {m["Body"]: plain(m.get("MessageAttributes", {})) for m in found}, len(found)

    def must_hold(self, got, moved, candidates, what):
        """It said and did that so many of the candidates were moved, whole, and the rest can be received."""
        here, copies = self.take(self.queue)
        left, _ = self.take(self.dead)
        shown = {"returned": repr(got), "in queue": listed(here), "in dead": listed(left)}
        lost = self.sent.keys() - here.keys() - left.keys()
        if lost and self.hidden() >= len(lost):
            raise Refused(
                "hidden", f"{what}: messages in `dead` are still hidden.", hidden=listed(lost), **shown
            )
        if lost:
            raise Refused("lost", f"{what}: messages are in neither queue.", lost=listed(lost), **shown)
        if both := here.keys() & left.keys():
            raise Refused("twice", f"{what}: messages are in both queues.", both=listed(both), **shown)
        if copies != len(here):
            raise Refused("twice", f"{what}: messages were sent more than once.", **shown)
        if strange := here.keys() - set(candidates):
            raise Refused(
                "filter", f"{what}: messages were moved that must stay.", moved=listed(strange), **shown
            )
        if len(here) != moved:
            raise Refused("number", f"{what}: {moved} messages must be moved.", **shown)
        if got != moved:
            raise Refused("number", f"{what}: it moved {moved} messages and returned {got!r}.")
        self.must_be_whole(here, what)
        self.delete()

    def delete(self):
        for url in (self.dead, self.queue):
            client().delete_queue(QueueUrl=url)

    def must_be_whole(self, here, what):
        for body, attributes in here.items():
            if attributes != plain(self.sent[body]):
                raise Refused(
                    "attributes",
                    f"{what}: a moved message has other attributes.",
                    expected=json.dumps(plain(self.sent[body])),
                    got=json.dumps(attributes),
                )

    def hidden(self):
        name = "ApproximateNumberOfMessagesNotVisible"
        got = client().get_queue_attributes(QueueUrl=self.dead, AttributeNames=[name])
        return int(got["Attributes"][name])


def tens(items):
    items = list(items)
    return [items[start : start + 10] for start in range(0, len(items), 10)]


def give_back(url, handles):
    for part in tens(handles):
        entries = [
            {"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": 0} for n, handle in enumerate(part)
        ]
        client().change_message_visibility_batch(QueueUrl=url, Entries=entries)


def plain(attributes):
    return {name: [value["DataType"], value["StringValue"]] for name, value in sorted(attributes.items())}


def listed(bodies):
    names = sorted(body[:40] for body in bodies)
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "") or "none"


def letters(count, kind="KeyError"):
    return [f"{kind} {number:02}" for number in range(count)]


def is_key_error(body):
    return "KeyError" in body


def the_example(function):
    case = Case([*letters(4), "refused: no rows"])
    got, _ = case.run(function, wanted=is_key_error)
    case.must_hold(got, 4, letters(4), "Four of five are wanted")
    return "The wanted ones are moved, with their attributes."


def limit_and_filter(function):
    case = Case([])
    got, _ = case.run(function)
    case.must_hold(got, 0, [], "No dead letters")
    for count, others, limit in ((13, 0, 100), (12, 0, 7), (2, 12, 100), (11, 4, 10), (0, 11, 5)):
        mixed = [*letters(others, "other"), *letters(count)]
        if limit == 10:
            mixed.sort(key=lambda body: body[-2:])  # unwanted ones between the wanted
        case = Case(mixed)
        got, _ = case.run(function, limit, is_key_error)
        what = f"{count} wanted, {others} others, limit {limit}"
        case.must_hold(got, min(count, limit), letters(count), what)
    return "Exactly as many as are wanted and allowed are moved."


def what_is_left(function):
    large = [f"KeyError large {number} {'x' * LARGEST}" for number in range(2)]
    for limit, moved in ((100, 8), (5, 5)):
        case = Case([*letters(3), large[0], *letters(2, "other"), large[1], *letters(8)[3:]])
        got, _ = case.run(function, limit, is_key_error)
        case.must_hold(got, moved, letters(8), f"Two messages are too large, limit {limit}")
    case = Case(large)
    got, _ = case.run(function)
    case.must_hold(got, 0, [], "All messages are too large")
    return "What is refused, unwanted or too many is there for the next who looks."


def killed(function):
    bodies = ["KeyError 00", "other 00", "KeyError 01"]
    for dies_at in range(1, 60):
        case = Case(bodies)
        _, ended = case.run(function, 100, is_key_error, dies_at)
        if ended:
            case.delete()
            return f"Killed at each of its {dies_at - 1} requests it loses nothing."
        here, _ = case.take(case.queue)
        left, _ = case.take(case.dead)
        if lost := set(bodies) - here.keys() - left.keys():
            raise Refused(
                "lost",
                f"Killed at request {dies_at}, messages are in neither queue.",
                lost=listed(lost),
                **{"in queue": listed(here), "in dead": listed(left)},
            )
        case.must_be_whole(here, f"Killed at request {dies_at}")
        case.run(function, 100, is_key_error)
        here, _ = case.take(case.queue)
        if missing := set(letters(2)) - here.keys():
            raise Refused(
                "stuck",
                f"Killed at request {dies_at} and run again, messages have not been moved.",
                missing=listed(missing),
            )
        case.delete()
    raise Refused("slow", "For three dead letters it makes more than 60 requests.")


PARTS = {
    "The example": the_example,
    "Limit and filter": limit_and_filter,
    "What is left": what_is_left,
    "Killed at every request": killed,
}


@variant
def in_batches(sqs, dead, queue, limit, wanted):
    """Ten at a time; what the answer calls successful is deleted."""
    kept, moved = [], 0
    while moved < limit:
        answer = sqs.receive_message(
            QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
        )
        if "Messages" not in answer:
            break
        entries, handles = [], {}
        for message in answer["Messages"]:
            if len(entries) == limit - moved or not wanted(message["Body"]):
                kept.append(message["ReceiptHandle"])
                continue
            name = str(len(entries))
            handles[name] = message["ReceiptHandle"]
            entry = {"Id": name, "MessageBody": message["Body"]}
            if "MessageAttributes" in message:
                entry["MessageAttributes"] = message["MessageAttributes"]
            entries.append(entry)
        if entries:
            sent = sqs.send_message_batch(QueueUrl=queue, Entries=entries)
            for one in sent.get("Successful", []):
                sqs.delete_message(QueueUrl=dead, ReceiptHandle=handles.pop(one["Id"]))
                moved += 1
            kept += handles.values()
    for start in range(0, len(kept), 10):
        entries = [
            {"Id": str(n), "ReceiptHandle": handle, "VisibilityTimeout": 0}
            for n, handle in enumerate(kept[start : start + 10])
        ]
        sqs.change_message_visibility_batch(QueueUrl=dead, Entries=entries)
    return moved


@variant
def one_by_one(sqs, dead, queue, limit, wanted):
    """A message a receive; what stays is hidden for long and given back in the end, whatever happens."""
    kept, moved = [], 0
    try:
        while moved < limit:
            found = sqs.receive_message(
                QueueUrl=dead, MessageAttributeNames=[".*"], VisibilityTimeout=3600
            ).get("Messages")
            if not found:
                return moved
            (message,) = found
            kept.append(message["ReceiptHandle"])
            if wanted(message["Body"]):
                try:
                    sqs.send_message(
                        QueueUrl=queue,
                        MessageBody=message["Body"],
                        MessageAttributes=message.get("MessageAttributes") or {},
                    )
                except sqs.exceptions.ClientError:
                    continue
                sqs.delete_message(QueueUrl=dead, ReceiptHandle=kept.pop())
                moved += 1
        return moved
    finally:
        for handle in kept:
            sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)


def habits(order="send", names=("All",), give_back=True, catch=True, one_receive=False, exact=True):
    """An answer by its habits; as they stand here it is right."""

    def answer(sqs, dead, queue, limit, wanted):
        moved, kept = 0, []
        while moved < limit:
            found = sqs.receive_message(
                QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=list(names)
            )
            for message in found.get("Messages", []):
                handle = message["ReceiptHandle"]
                if not wanted(message["Body"]) or (exact and moved == limit):
                    kept.append(handle)
                    continue
                if order == "delete":
                    sqs.delete_message(QueueUrl=dead, ReceiptHandle=handle)
                try:
                    sqs.send_message(
                        QueueUrl=queue,
                        MessageBody=message["Body"],
                        MessageAttributes=message.get("MessageAttributes", {}),
                    )
                except sqs.exceptions.ClientError:
                    if not catch:
                        raise
                    kept.append(handle)
                    continue
                if order == "send":
                    sqs.delete_message(QueueUrl=dead, ReceiptHandle=handle)
                moved += 1
            if one_receive or not found.get("Messages"):
                break
        for handle in kept if give_back else []:
            sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)
        return moved

    return answer


@wrong(
    "deleted first, sent second: a refused message is gone, and so is one of a process that dies",
    fails="lost",
    passes_examples=True,
)
def deletes_first(sqs, dead, queue, limit, wanted):
    def answer(message):
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        attributes = message.get("MessageAttributes", {})
        try:
            sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=attributes)
        except sqs.exceptions.ClientError:
            return 0
        return 1

    return through(sqs, dead, limit, wanted, answer)


@wrong(
    "deletes first unless it is too large: only a process that dies loses", fails="lost", passes_examples=True
)
def deletes_first_if_small(sqs, dead, queue, limit, wanted):
    def answer(message):
        if len(message["Body"]) >= LARGEST:
            return None
        sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        attributes = message.get("MessageAttributes", {})
        sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=attributes)
        return 1

    return through(sqs, dead, limit, wanted, answer)


def through(sqs, dead, limit, wanted, move):
    """Give each wanted message to `move`, which returns how many it has moved, or None to keep it."""
    moved, kept = 0, []
    while moved < limit:
        found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        if not found.get("Messages"):
            break
        for message in found["Messages"]:
            done = move(message) if moved < limit and wanted(message["Body"]) else None
            if done is None:
                kept.append(message["ReceiptHandle"])
            moved += done or 0
    for handle in kept:
        sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)
    return moved


@wrong("attributes come only if they are asked for", fails="attributes")
def no_attributes(sqs, dead, queue, limit, wanted):
    return habits(names=())(sqs, dead, queue, limit, wanted)


@wrong("what is not moved stays hidden: the next who looks finds an empty queue", fails="hidden")
def stays_hidden(sqs, dead, queue, limit, wanted):
    return habits(give_back=False)(sqs, dead, queue, limit, wanted)


@wrong("one receive returns ten at most", fails="number", passes_examples=True)
def one_receive(sqs, dead, queue, limit, wanted):
    return habits(one_receive=True)(sqs, dead, queue, limit, wanted)


@wrong("a refused message ends the run", fails="error", passes_examples=True)
def gives_up(sqs, dead, queue, limit, wanted):
    return habits(catch=False)(sqs, dead, queue, limit, wanted)


@wrong("the limit is looked at once in ten messages", fails="number", passes_examples=True)
def about_the_limit(sqs, dead, queue, limit, wanted):
    return habits(exact=False)(sqs, dead, queue, limit, wanted)


@wrong("the unwanted go back at once, and it receives them for ever", fails="slow")
def for_ever(sqs, dead, queue, limit, wanted):
    moved = 0
    while moved < limit:
        found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        if not found.get("Messages"):
            break
        for message in found["Messages"]:
            handle = message["ReceiptHandle"]
            if moved < limit and wanted(message["Body"]):
                attributes = message.get("MessageAttributes", {})
                sqs.send_message(QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=attributes)
                sqs.delete_message(QueueUrl=dead, ReceiptHandle=handle)
                moved += 1
            else:
                sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)
    return moved


@wrong(
    "a batch raises nothing for the messages that were refused, and all are deleted",
    fails="lost",
    passes_examples=True,
)
def trusts_the_batch(sqs, dead, queue, limit, wanted):
    kept, moved = [], 0
    while moved < limit:
        found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        messages = found.get("Messages", [])
        if not messages:
            break
        good = [message for message in messages if wanted(message["Body"])][: limit - moved]
        kept += [message["ReceiptHandle"] for message in messages if message not in good]
        entries = [
            {
                "Id": str(n),
                "MessageBody": message["Body"],
                "MessageAttributes": message.get("MessageAttributes", {}),
            }
            for n, message in enumerate(good)
        ]
        if entries:
            sqs.send_message_batch(QueueUrl=queue, Entries=entries)
        for message in good:
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
        moved += len(good)
    for handle in kept:
        sqs.change_message_visibility(QueueUrl=dead, ReceiptHandle=handle, VisibilityTimeout=0)
    return moved


NOTES = """**Why it holds**: at every moment each message is in `dead` or in `queue`, because the delete comes only after a send that succeeded.
Between the two it is in both, which costs a repetition, and the consumer is idempotent.

**Pitfall**: `send_message_batch` succeeds as a call while single messages fail: read `Successful` and `Failed`.
A message that was received and not deleted is not back, it is hidden; a second run at once sees an empty queue and reports success.

**Alternative**: `StartMessageMoveTask` of SQS, with `MaxNumberOfMessagesPerSecond`; it takes all messages, cannot filter, and one task runs for a queue at a time.
Many filter by *error* instead: replay by hand what one bug killed, leave the rest.

**At work**: sent by hand, a message begins anew, with a new id, a new age and no receives; in a standard dead-letter queue the age was counted from the first sending.
Replay slowly, watch the errors of the first ten, and note how many you moved: the sum of done, refused and dead must still be what was uploaded.
"""
