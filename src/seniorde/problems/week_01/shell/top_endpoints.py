"""# The busiest endpoints

Your script gets the name of an nginx log as `$1`.
The request is what stands between the first two double quotes of a line: method, target, protocol.

```
198.18.2.33 - - [27/Oct/2025:00:00:32 +0100] "GET /product/1852?ref=mail HTTP/2.0" 200 2340 "-" "Mozilla/5.0 (X11)"
198.18.2.33 - - [27/Oct/2025:00:00:40 +0100] "GET /product/7/reviews/12 HTTP/2.0" 200 700 "-" "App \\x22beta\\x22"
2001:db8::192 - - [27/Oct/2025:00:01:05 +0100] "GET /product/99 HTTP/1.1" 404 0 "-" "curl/8.16.0"
203.0.113.9 - - [27/Oct/2025:00:01:07 +0100] "\\x16\\x03\\x01" 400 150 "-" "-"
```

An endpoint is the method, a space, and the path: without the query, and with every segment of digits alone replaced by `{id}`.
Print the three endpoints with the most requests, as count, tab, endpoint; most first, equal counts in the order of the endpoints' bytes.
For the four lines above:

```
2	GET /product/{id}
1	GET /product/{id}/reviews/{id}
```

Skip a line whose request is not three words of which the last begins with `HTTP/`; there may be fewer than three endpoints.
`LC_ALL` is `C`, the script runs in `sh`.
Write it as text: replace `...` by `r\"\"\"…\"\"\"`.
"""

from collections import Counter
from random import Random

from seniorde.checks.lab import run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-shell-top-endpoints",
    pattern="pipeline",
    difficulty="medium",
    minutes=15,
    points=3,
    hints={
        "The example": (
            "With `\"` as awk's field separator the request is `$2`; `split` cuts it into three words.",
            'An array counts: `count[method " " path]++`. At the end print all of it, and let `sort` and `head` choose.',
        ),
        "Hostile lines": (
            "Split the path at `/` and look at each segment: a replacement of `/12/` eats the slash that `/13` needs.",
            "Take the query away first: it may hold slashes and question marks of its own.",
            '`split(request, word, " ") == 3 && word[3] ~ /^HTTP\\//` leaves out what is no request; `"$1"` takes a name with a blank.',
        ),
        "Ties": (
            "`sort -rn` reverses the ties as well: give each key its own order.",
            "`sort -k1,1nr -k2`: the count downwards, then the endpoint upwards.",
        ),
        "A larger log": (
            "Let one program read the log once; a loop of the shell starts new programs for every line.",
        ),
    },
)

SOLVE = r"""
awk -F'"' '
  split($2, r, " ") == 3 && r[3] ~ /^HTTP\// {
    sub(/\?.*/, "", r[2])
    n = split(r[2], segment, "/")
    path = segment[1]
    for (i = 2; i <= n; i++)
      path = path "/" (segment[i] ~ /^[0-9]+$/ ? "{id}" : segment[i])
    count[r[1] " " path]++
  }
  END { for (e in count) printf "%d\t%s\n", count[e], e }
' "$1" | sort -t "$(printf '\t')" -k1,1nr -k2 | head -n 3
"""

LINE = '198.18.2.33 - - [27/Oct/2025:00:00:32 +0100] "{}" 200 2340 "{}" "{}"'
EXAMPLE = [
    ("GET /product/1852?ref=mail HTTP/2.0", "-", "Mozilla/5.0 (X11)"),
    ("GET /product/7/reviews/12 HTTP/2.0", "-", r"App \x22beta\x22"),
    ("GET /product/99 HTTP/1.1", "-", "curl/8.16.0"),
    (r"\x16\x03\x01", "-", "-"),
]


def oracle(requests):
    counts = Counter()
    for request in requests:
        words = request.split()
        if len(words) == 3 and words[2].startswith("HTTP/"):
            segments = words[1].split("?")[0].split("/")
            path = "/".join("{id}" if s.isascii() and s.isdigit() else s for s in segments)
            counts[f"{words[0]} {path}"] += 1
    top = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))[:3]
    return "".join(f"{count}\t{endpoint}\n" for endpoint, count in top)


def expect(script, lines, title, name="access.log", end="\n"):
    log = "\n".join(LINE.format(*line) for line in lines) + end
    ran = run_script(script, {name: log}, name)
    expected = oracle([request for request, _, _ in lines])
    if ran.out.splitlines() != expected.splitlines():
        shown = {"input": "\n".join(request for request, _, _ in lines[:8])}
        if ran.err:
            shown["stderr"] = ran.err[:200]
        raise Refused("result", f"{title}: other endpoints.", expected=expected, got=ran.out[:300], **shown)


def plain(*requests):
    return [(request, "-", "Mozilla/5.0 (X11)") for request in requests]


def the_example(script):
    expect(script, EXAMPLE, "The example")
    return "The four lines of the statement."


def hostile(script):
    expect(script, plain("GET /a/1/2/3/b HTTP/1.1", "GET /a/4/5/6/b HTTP/1.1", "GET /a/4/x5/6b/7 HTTP/1.1"),
           "Ids side by side")  # fmt: skip
    expect(script, plain("GET /search?q=/product/12/ HTTP/1.1", "GET /search? HTTP/1.1", "GET /?a=b?c=d HTTP/1.1"),
           "Paths in queries")  # fmt: skip
    expect(script, plain("", "-", "GET /", "GET /a b HTTP/1.1", "GET /a HTTP/1.1 b", "GET /x FTP/1.1", "PUT /only HTTP/1.1"),
           "Requests that are none")  # fmt: skip
    odd = [
        ("GET /a HTTP/1.1", 'https://x/?q="', "GET /b HTTP/1.1"),
        ("POST /a HTTP/1.1", "GET /c HTTP/1.1", "-"),
    ]
    expect(script, odd, "Referers and agents that look like requests")
    expect(
        script,
        plain("GET /100%/12 HTTP/1.1", "GET /a&b/1 HTTP/1.1", r"GET /a\x5Cb HTTP/1.1"),
        "Signs",
        end="",
    )
    expect(script, plain("GET /1 HTTP/1.1"), "A name with a space", name="access log")
    return "Ids side by side, odd requests, odd names."


def ties(script):
    lines = plain(*(f"GET /{path} HTTP/1.1" for path in ("b", "a", "c/1", "B", "a-b", "c/2", "a/b")))
    expect(script, lines, "Equal counts")
    expect(
        script, plain(*[f"{verb} /a HTTP/1.1" for verb in ("PUT", "GET", "POST", "DELETE", "GET")]), "Methods"
    )
    expect(script, [], "An empty log", end="")
    return "Ties in the order of bytes; an empty log."


def larger(script):
    rng = Random(20251027)
    paths = [
        "/",
        "/cart",
        "/product/{}",
        "/product/{}?page={}",
        "/category/{}/page/{}",
        "/static/app.4f1c9a.js",
    ]
    requests = []
    for _ in range(20_000):
        path = rng.choices(paths, (3, 2, 6, 3, 3, 1))[0].replace("{}", str(rng.randrange(5_000)), 1)
        path = path.replace("{}", str(rng.randrange(40)))
        requests.append(f"{rng.choice(['GET', 'GET', 'HEAD'])} {path} HTTP/1.1")
    expect(script, plain(*requests), "A larger log")
    return "20,000 lines."


PARTS = {"The example": the_example, "Hostile lines": hostile, "Ties": ties, "A larger log": larger}

BY_SED = variant(r"""
sed -n 's/^[^"]*"\([^" ]*\) \([^" ]*\) HTTP\/[^" ]*".*/\1 \2/p' < "$1" |
  sed 's/?.*//; :a
s/\/[0-9][0-9]*\//\/{id}\//
ta
s/\/[0-9][0-9]*$/\/{id}/' |
  sort | uniq -c | sort -k1,1nr -k2 | head -3 |
  sed "s/^ *\([0-9]*\) /\1$(printf '\t')/"
""")

ONE_GSUB = wrong(
    "replaces `/12/` in one sweep, so that the id beside it keeps its digits",
    r"""
awk -F'"' '
  split($2, r, " ") == 3 && r[3] ~ /^HTTP\// {
    sub(/\?.*/, "", r[2]); r[2] = r[2] "/"
    gsub(/\/[0-9]+\//, "/{id}/", r[2]); sub(/\/$/, "", r[2])
    count[r[1] " " (r[2] == "" ? "/" : r[2])]++
  }
  END { for (e in count) printf "%d\t%s\n", count[e], e }
' "$1" | sort -t "$(printf '\t')" -k1,1nr -k2 | head -n 3
""",
    fails="result",
    passes_examples=True,
)

REVERSED_TIES = wrong(
    "reverses the ties with the counts",
    SOLVE.replace("-k1,1nr -k2", "-rn"),
    fails="result",
    passes_examples=True,
)

BY_WORDS = wrong(
    "takes the words 6 and 7 of a line, whatever stands there",
    r"""
awk '{ m = substr($6, 2); p = $7; sub(/\?.*/, "", p)
  n = split(p, s, "/"); p = s[1]
  for (i = 2; i <= n; i++) p = p "/" (s[i] ~ /^[0-9]+$/ ? "{id}" : s[i])
  if ($8 ~ /^HTTP/) c[m " " p]++ }
  END { for (e in c) print c[e] "\t" e }' "$1" | sort -k1,1nr -k2 | head -n 3
""",
    fails="result",
    passes_examples=True,
)

UNQUOTED = wrong(
    "leaves the name of the log without quotes",
    SOLVE.replace('\' "$1" |', "' $1 |"),
    fails="result",
    passes_examples=True,
)

ANY_DIGITS = wrong(
    "replaces digits inside words too",
    r"""
awk -F'"' 'split($2, r, " ") == 3 && r[3] ~ /^HTTP\// {
    sub(/\?.*/, "", r[2]); gsub(/[0-9]+/, "{id}", r[2]); c[r[1] " " r[2]]++ }
  END { for (e in c) print c[e] "\t" e }' "$1" | sort -k1,1nr -k2 | head -n 3
""",
    fails="result",
    passes_examples=True,
)

NOTES = r"""
**Why it holds**: awk holds one counter per endpoint, not the lines; `sort` sees only the endpoints.

**Pitfall**: `gsub` goes on *behind* what it replaced, so of `/1/2/` it finds only the first.
And a tie without a second key is an order by accident: it changes with the locale, the version and the data.

**Alternative**: `sort | uniq -c | sort -k1,1nr -k2` needs no awk and sorts every line; it spills to disk where awk's table would not fit.

**At work**: without the ids there are as many endpoints as products, and the table of your monitoring grows with the shop.
Normalise where the log is written, if you can: nginx and most frameworks know the route.
"""
