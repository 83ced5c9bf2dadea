r'''# Split a quoted row

A partner sends CSV files, and `line.split(",")` breaks on the first address.
You get one row of a file, without its line break at the end.
Return its fields as a list of strings.

- A comma separates two fields.
- A field may stand in double quotes. Then commas and line breaks inside it belong to the field.
- Inside quotes, two double quotes mean one.
- Every other character belongs to its field as it is, spaces too.

>>> solve('7,"Main St, 5",open')
['7', 'Main St, 5', 'open']
>>> solve('"say ""hi""",')
['say "hi"', '']

Limits: up to a million characters, always well formed: a quote stands only around a whole field or doubled inside one.
An empty row has one field, which is empty.
'''

import csv
import re
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-quoted-row",
    pattern="state machine over characters",
    difficulty="medium",
    minutes=25,
    points=3,
    classic="string to integer; decode a string with quotes",
    growth="n",
    order=6,
    idea=(
        "whether this character stands inside quotes, and the characters of the field so far",
        "inside means that the number of quotes read so far is odd",
        "the field closed at each comma outside quotes, and at the end",
    ),
    hints=(
        "Which one thing must you know about a comma to decide whether it separates?",
        "Read character by character and carry one bit: inside quotes or not. What flips it?",
        'A doubled quote closes and opens again at once. So a quote that opens right behind one that closed stands for `"`.',
        "Collect a field's characters in a list, and join them when the field is over.",
    ),
)


def solve(line: str) -> list[str]:
    fields, field, inside, closed = [], [], False, False
    for char in line:
        if char == '"':
            if closed:
                field.append('"')
            inside, closed = not inside, inside
        elif char == "," and not inside:
            fields.append("".join(field))
            field, closed = [], False
        else:
            field.append(char)
    return [*fields, "".join(field)]


def oracle(line):
    """Python's own reader."""
    return next(csv.reader([line], strict=True), []) or [""]


def accepts(line):
    return bool(re.fullmatch(r'([^",\r\n]*|"([^"]|"")*")(,([^",\r\n]*|"([^"]|"")*"))*', line))


EDGES = {
    "an empty row": ("",),
    "one comma": (",",),
    "commas only": (",,,",),
    "an empty field in quotes": ('"",a',),
    "a field of one quote": ('a,"""",b',),
    "a field of quotes and commas": ('"a"",""b",""",""",""""',),
    "spaces stay": (' a ," b ", ',),
    "a line break inside": ('a,"b\nc",d',),
    "a quoted field at the end": ('a,"b,"',),
    "an apostrophe is no quote": ("it's,a 'b,c'",),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for alphabet in ("abc ", 'a,"\n'):
        row, room = [], size
        while room > 0:
            text = "".join(rng.choice(alphabet) for _ in range(min(room, rng.randrange(7))))
            quoted = '"' + text.replace('"', '""') + '"'
            row.append(quoted if set(text) & set(',"\n') or rng.random() < 0.2 else text)
            room -= len(row[-1]) + 1
        yield (",".join(row),)
    yield ('"' + "a" * size + '"',)


@variant
def by_jumps(line):
    """From field to field with `find`."""
    fields, at = [], 0
    while at <= len(line):
        if line.startswith('"', at):
            end = line.find('"', at + 1)
            while line.startswith('"', end + 1):
                end = line.find('"', end + 2)
            fields.append(line[at + 1 : end].replace('""', '"'))
            at = end + 2
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            fields.append(line[at:end])
            at = end + 1
    return fields


@variant
def by_joined_pieces(line):
    """Split at every comma, then join the pieces whose quotes are not even."""
    fields, waiting, quotes = [], [], 0
    for piece in line.split(","):
        waiting.append(piece)
        quotes += piece.count('"')
        if quotes % 2 == 0:
            field = ",".join(waiting)
            fields.append(field[1:-1].replace('""', '"') if field.startswith('"') else field)
            waiting = []
    return fields


@wrong("splits at every comma")
def split(line):
    return line.split(",")


@wrong("drops every quote, the doubled ones too")
def drops_quotes(line):
    fields, field, inside = [], [], False
    for char in line:
        if char == '"':
            inside = not inside
        elif char == "," and not inside:
            fields.append("".join(field))
            field = []
        else:
            field.append(char)
    return [*fields, "".join(field)]


@wrong(
    "takes every pair of quotes for an escaped one, so an empty field in quotes becomes a quote",
    passes_examples=True,
)
def pair_first(line):
    fields, field, inside, i = [], "", False, 0
    while i < len(line):
        if line[i : i + 2] == '""':
            field, i = field + '"', i + 1
        elif line[i] == '"':
            inside = not inside
        elif line[i] == "," and not inside:
            fields, field = [*fields, field], ""
        else:
            field += line[i]
        i += 1
    return [*fields, field]


@wrong("strips the spaces around a field", passes_examples=True)
def stripped(line):
    return [field.strip() for field in solve(line)]


@wrong("has no last field when the row ends with a comma")
def no_last_field(line):
    fields = solve(line)
    return fields[:-1] if line.endswith(",") else fields


@wrong(
    "cuts off each character, which copies the rest of the row: grows with n²",
    fails="growth",
    passes_examples=True,
)
def cut_off(line):
    waiting, fields, field, inside, closed = list(line), [], [], False, False
    while waiting:
        char, waiting = waiting[0], waiting[1:]
        if char == '"':
            if closed:
                field.append('"')
            inside, closed = not inside, inside
        elif char == "," and not inside:
            fields.append("".join(field))
            field, closed = [], False
        else:
            field.append(char)
    return [*fields, "".join(field)]


@wrong(
    "counts the quotes before every comma from the start: grows with n²", fails="growth", passes_examples=True
)
def counts_from_the_start(line):
    fields, begin = [], 0
    for i in [*range(len(line)), len(line)]:
        if (i == len(line) or line[i] == ",") and line[:i].count('"') % 2 == 0:
            field = line[begin:i]
            fields.append(field[1:-1].replace('""', '"') if field.startswith('"') else field)
            begin = i + 1
    return fields


NOTES = """
**Complexity**: O(n) time for n characters; each is looked at once, and `join` copies each once.

**Pitfall**: `field = field + char` may copy the whole field for each character.
CPython often avoids the copy when nobody else holds the string; do not build on it.

**Alternative**: split at every comma and join the pieces again while the number of quotes is odd.
In production use a reader that exists: Python's `csv`, or the one of your engine.

**In an engine**: a parallel CSV reader starts in the middle of a file, where it cannot know whether it stands inside quotes.
It must guess from the data, be told that no field holds a line break, or read the parity of the quotes before it.
That is why Spark splits a CSV file between tasks only while `multiLine` is off, which is the default.
"""
