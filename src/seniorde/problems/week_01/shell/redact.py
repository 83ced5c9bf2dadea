"""# Redact a log

A log has to leave the company.
Your script gets its name as `$1` and prints it with two things replaced, and every other byte as it was.

- An **e-mail address** becomes `<email>`: one or more of the signs `A-Z a-z 0-9 . _ + -`, then `@` or its escaped form `%40`, then a domain of at least two labels, joined by dots; a label is one or more of `A-Z a-z 0-9 -`, the last one two or more letters.
  Take the longest match.
- The value of a query parameter named exactly `token` or `api_key` becomes `<secret>`: the parameter's name follows `?` or `&`, its value goes up to the next `&`, space, double quote, or the end of the line.
  An empty value stays as it is.

```
GET /reset?token=a1b2&mail=ada%40example.org HTTP/1.1
user ada.l+news@mail.example.org asked for csrf_token=77
```

becomes

```
GET /reset?token=<secret>&mail=<email> HTTP/1.1
user <email> asked for csrf_token=77
```

The log may hold bytes that are not UTF-8.
The script runs in `sh`, with GNU or BSD tools; `LC_ALL` is `C`.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

import re
from random import Random

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-redact",
    pattern="sed",
    difficulty="medium",
    minutes=15,
    points=3,
    hints={
        "The example": (
            "`sed -E 's/…/…/g'`, one expression for each of the two; more than one may stand in a line.",
            "Group what stands before the value and put it back with `\\1`: the `?` or `&` and the name belong to it.",
            "`([?&](token|api_key)=)` stands before a value, `(@|%40)` between the two halves of an address.",
        ),
        "To be replaced": (
            "Look at the sign in the input at which your match ends too early, or at the second match of the line.",
            "In a bracket of sed the `-` stands last and the dot needs no backslash; the `g` behind the last `/` goes on after a match.",
            'A value is `[^& "]+`, and a label `[A-Za-z0-9-]+`; the last one has letters only.',
        ),
        "To be left alone": (
            "What in your pattern lets this line in? Name, sign before the name, number of labels, length of the last one.",
            "A bracket that holds the dot takes two dots in a row, or one label: write the label, its dot, and repeat both as a group.",
            "`read` and a variable without quotes change blanks and backslashes: let sed read the file itself.",
        ),
        "Mixed": (
            'A name may hold a blank: `"$1"`. Each line is one that was judged before, or three of them side by side.',
        ),
    },
)

SOLVE = r"""
sed -E \
  -e 's/([?&](token|api_key)=)[^& "]+/\1<secret>/g' \
  -e 's/[A-Za-z0-9._+-]+(@|%40)([A-Za-z0-9-]+\.)+[A-Za-z]{2,}/<email>/g' "$1"
"""

SECRET = re.compile(rb'([?&](?:token|api_key)=)[^& "\n]+')
EMAIL = re.compile(rb"[A-Za-z0-9._+-]+(?:@|%40)(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")


def oracle(log):
    return EMAIL.sub(b"<email>", SECRET.sub(rb"\1<secret>", log))


def expect(script, log, title, name="app.log"):
    # Bytes are compared in a file: what is printed is decoded.
    ran = run_script(f"(\n{script}\n) > printed", {name: log}, name)
    got, expected = ran.files.get("printed", b"").split(b"\n"), oracle(log).split(b"\n")
    got, expected = ([*lines[:-1], *filter(None, lines[-1:])] for lines in (got, expected))
    for line, (have, want) in enumerate(zip([*got, None], [*expected, None], strict=False)):
        if have != want:
            given = (log.split(b"\n") + [b""])[line]
            facts = {"input": given, "expected": want or b"(no line)", "got": have or b"(no line)"}
            shown = {name: text.decode("latin-1")[:200] for name, text in facts.items()}
            if ran.err:
                shown["stderr"] = ran.err[:200]
            raise Refused("result", f"{title}: line {line + 1} is not right.", **shown)


def the_example(script):
    expect(
        script,
        b"GET /reset?token=a1b2&mail=ada%40example.org HTTP/1.1\n"
        b"user ada.l+news@mail.example.org asked for csrf_token=77\n",
        "The example",
    )
    return "The two lines of the statement."


REPLACED = [
    b"a@b.co and c@d.org, <e-f@g-h.example>; (x_y@z.net).",
    b"/x?token=1&token=2&api_key=3 HTTP",
    b'"GET /?api_key=abc" "-"',
    b"/y?a=b&token=ends-the-line",
    b"mail=x%40y.example.com&next=/",
    b"/z?token=me@example.org&q=1",
    b"two@one.two.three.four",
    b"Ada@Example.ORG",
    b"1.2_3+4-5@6-7.ab",
]
UNTOUCHED = [
    b"mytoken=1 ?xtoken=2 &token_id=3 ?tokens=4 csrf_token=5 &Token=6",
    b"/x?token=&q=1 api_key=9 and token=8",
    b"root@localhost @example.org a@ a@b a@b.c user@10.0.0.1",
    b"a@b..org ada@.example.org",
    b"/50%4000.5 100%40 x",
    b"  two  blanks\tand a tab, a backslash \\ and $HOME `date` %s & \\1 /",
    b"M\xfcnchen caf\xe9 \xff\xfe",
    b"",
    b"50% & more? yes",
]


def replaced(script):
    for line in REPLACED:
        expect(script, line + b"\n", "To be replaced")
    return f"{len(REPLACED)} lines with addresses and secrets."


def untouched(script):
    for line in UNTOUCHED:
        expect(script, line + b"\n", "To be left alone")
    return f"{len(UNTOUCHED)} lines that hold neither."


def mixed(script):
    rng = Random(20251028)
    log = b"".join(b" ".join(rng.choices(REPLACED + UNTOUCHED, k=3)) + b"\n" for _ in range(2_000))
    expect(script, log, "A larger log", name="app log")
    return "2,000 lines, in a file with a space in its name."


PARTS = {
    "The example": the_example,
    "To be replaced": replaced,
    "To be left alone": untouched,
    "Mixed": mixed,
}

BY_AWK = variant(r"""
awk '
  function swap(pattern, name, line,  out, hit, head) {
    out = ""
    while (match(line, pattern)) {
      hit = substr(line, RSTART, RLENGTH)
      head = name == "<secret>" ? substr(hit, 1, index(hit, "=")) : ""
      out = out substr(line, 1, RSTART - 1) head name
      line = substr(line, RSTART + RLENGTH)
    }
    return out line
  }
  {
    line = swap("[?&](token|api_key)=[^& \"]+", "<secret>", $0)
    print swap("[A-Za-z0-9._+-]+(@|%40)([A-Za-z0-9-]+[.])+[A-Za-z][A-Za-z]+", "<email>", line)
  }' "$1"
""")

FIRST_ONLY = wrong(
    "replaces the first of a line only", SOLVE.replace("/g'", "/'"), fails="result", passes_examples=True
)
ANY_NAME = wrong(
    "takes every name that ends in token",
    SOLVE.replace("([?&](token|api_key)=)", "((token|api_key)=)"),
    fails="result",
)
TO_THE_END = wrong(
    "takes the value up to the last sign that may follow",
    SOLVE.replace('[^& "]+', '[^ "]+'),
    fails="result",
)
ONE_LABEL = wrong(
    "takes a host for a domain",
    SOLVE.replace(r"([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", r"[A-Za-z0-9.-]+"),
    fails="result",
    passes_examples=True,
)
EMPTY_LABEL = wrong(
    "takes two dots in a row for part of a domain",
    SOLVE.replace(r"([A-Za-z0-9-]+\.)+[A-Za-z]{2,}", r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),
    fails="result",
    passes_examples=True,
)
EMAIL_FIRST = wrong(
    "stops a value at `<`, so that a token that looks like an address shows that it does",
    r"""
sed -E \
  -e 's/[A-Za-z0-9._+-]+(@|%40)([A-Za-z0-9-]+\.)+[A-Za-z]{2,}/<email>/g' \
  -e 's/([?&](token|api_key)=)[^&< "]+/\1<secret>/g' "$1"
""",
    fails="result",
    passes_examples=True,
)
BY_READ = wrong(
    "reads line by line in the shell: blanks and backslashes are lost",
    r"""
while read line; do
  echo $line | sed -E -e 's/([?&](token|api_key)=)[^& "]+/\1<secret>/g' \
    -e 's/[A-Za-z0-9._+-]+(@|%40)([A-Za-z0-9-]+\.)+[A-Za-z]{2,}/<email>/g'
done < "$1"
""",
    fails="result",
    passes_examples=True,
)

NOTES = r"""
**Why it holds**: each expression puts back what it needed to see, `\1`, and replaces only what it had to; sed copies all other bytes.

**Pitfall**: in a UTF-8 locale BSD's sed stops at a byte that is no UTF-8 (`illegal byte sequence`), and GNU's dot does not match it.
`LC_ALL=C` makes both work on bytes: write it into the script.

**Alternative**: drop the fields instead of cleaning them.
A field that you do not ship needs no pattern, and every pattern misses something: quoted addresses, international domains, a token in a path.

**At work**: test redaction with lines that must *not* change.
A pattern that is too greedy passes every test that looks for leaks, and ruins the data.
"""
