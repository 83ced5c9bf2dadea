"""# Why this packet does not arrive

A job in a private subnet opens a TCP connection; somebody must say what happens to it.
You get the destination `ip`, the `port`, and the subnet's `rules`:

- `routes`: range → target, for example `{"10.20.0.0/16": "local", "0.0.0.0/0": "nat"}`. The longest prefix decides; without a route the packet is lost.
- `group`: what the *security group* of the job lets out, a list of `(range, first port, last port)`. It is stateful: the answer to what it let out comes in.
- `acl`: the *network ACL* of the subnet, two lists `"out"` and `"in"` of `(number, "allow" or "deny", range, first port, last port)`. The lowest number that matches decides; without a match it is denied. It is stateless: the answer must be allowed in, from the destination's `ip`, to *every* port from 1024 to 65535. These are 64,512: asking `ipaddress` anew for each takes too long.

Traffic that the routes keep `local` meets the ACL as well (its other end is in another subnet).
Return the target's name, or the first of these that stops it: `"no route"`, `"group"`, `"acl out"`, `"acl in"`.

>>> rules = {
...     "routes": {"10.20.0.0/16": "local", "0.0.0.0/0": "nat", "52.216.0.0/15": "s3 endpoint"},
...     "group": [("0.0.0.0/0", 443, 443)],
...     "acl": {"out": [(100, "allow", "0.0.0.0/0", 443, 443)], "in": [(100, "allow", "0.0.0.0/0", 1024, 65535)]},
... }
>>> solve("52.217.10.9", 443, rules), solve("140.82.112.3", 443, rules), solve("10.20.7.7", 5432, rules)
('s3 endpoint', 'nat', 'group')
"""

import ipaddress

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-networking-packet-way",
    pattern="routing",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "`ipaddress.ip_address(ip) in ipaddress.ip_network(range)` is the test; `prefixlen` the length.",
            "Ask in the order of the list: route, group, ACL outwards, ACL inwards.",
        ),
        "Routes and groups": (
            "Not the first route that matches, the longest: a /32 beats a /16 beats a /0.",
            "The group has no order and no deny: one entry that allows is enough.",
        ),
        "Network ACLs": (
            "Sort by number; the first that matches decides, also when it says deny.",
            "Inwards each port from 1024 to 65535 must be allowed: keep the rules that hold the address, sorted, and let each decide for the ports that it covers.",
        ),
    },
)

ANY = "0.0.0.0/0"
OPEN = {"out": [(100, "allow", ANY, 0, 65_535)], "in": [(100, "allow", ANY, 0, 65_535)]}
ROUTES = {"10.20.0.0/16": "local", ANY: "nat", "52.216.0.0/15": "s3 endpoint", "10.99.0.0/16": "peering"}
EXAMPLE = {
    "routes": {"10.20.0.0/16": "local", ANY: "nat", "52.216.0.0/15": "s3 endpoint"},
    "group": [(ANY, 443, 443)],
    "acl": {"out": [(100, "allow", ANY, 443, 443)], "in": [(100, "allow", ANY, 1024, 65_535)]},
}


def a_subnet(routes=ROUTES, group=((ANY, 0, 65_535),), out=OPEN["out"], into=OPEN["in"]):
    return {"routes": dict(routes), "group": list(group), "acl": {"out": list(out), "in": list(into)}}


def solve(ip, port, rules):
    address = ipaddress.ip_address(ip)

    def holds(text):
        return address in ipaddress.ip_network(text)

    routes = [
        (ipaddress.ip_network(r).prefixlen, target) for r, target in rules["routes"].items() if holds(r)
    ]
    if not routes:
        return "no route"
    if not any(holds(r) and first <= port <= last for r, first, last in rules["group"]):
        return "group"

    def allowed(entries, wanted):
        for _, verdict, r, first, last in sorted(entries):
            if holds(r):
                hit = wanted & set(range(first, last + 1))
                if hit and verdict == "deny":
                    return False
                wanted = wanted - hit
        return not wanted

    if not allowed(rules["acl"]["out"], {port}):
        return "acl out"
    if not allowed(rules["acl"]["in"], set(range(1_024, 65_536))):
        return "acl in"
    return max(routes)[1]


def expect(function, ip, port, given, expected):
    import copy

    got = call(function, ip, port, copy.deepcopy(given), lines=3_000_000)
    if got != expected:
        raise Refused(
            "result",
            f"Wrong for {ip}, port {port}.",
            routes="\n".join(f"{text} → {target}" for text, target in given["routes"].items()),
            group="\n".join(map(repr, given["group"])) or "no rule",
            **{f"acl {way}": "\n".join(map(repr, given["acl"][way])) or "no rule" for way in ("out", "in")},
            expected=repr(expected),
            got=repr(got),
        )


def example(function):
    expect(function, "52.217.10.9", 443, EXAMPLE, "s3 endpoint")
    expect(function, "140.82.112.3", 443, EXAMPLE, "nat")
    expect(function, "10.20.7.7", 5432, EXAMPLE, "group")
    return "The three packets of the statement."


def routes_and_groups(function):
    expect(function, "10.20.7.7", 5432, a_subnet(), "local")
    expect(function, "10.99.1.1", 22, a_subnet(), "peering")
    expect(function, "10.99.1.1", 22, a_subnet({**ROUTES, "10.99.1.1/32": "firewall"}), "firewall")
    expect(function, "10.99.1.1", 22, a_subnet({"10.99.1.1/32": "firewall", **ROUTES}), "firewall")
    expect(function, "8.8.8.8", 443, a_subnet({"10.20.0.0/16": "local"}), "no route")
    expect(function, "8.8.8.8", 443, a_subnet({"10.20.0.0/16": "local"}, group=[]), "no route")
    expect(
        function, "8.8.8.8", 443, a_subnet(group=[("10.0.0.0/8", 443, 443), ("8.8.8.0/24", 400, 500)]), "nat"
    )
    expect(function, "8.8.8.8", 443, a_subnet(group=[("8.8.8.0/24", 444, 500)]), "group")
    expect(function, "8.8.8.8", 443, a_subnet(group=[("8.8.9.0/24", 443, 443)]), "group")
    return "Nine packets by route and security group."


def network_acls(function):
    deny_first = [(90, "deny", "8.8.8.8/32", 0, 65_535), (100, "allow", ANY, 0, 65_535)]
    deny_last = [(100, "allow", ANY, 0, 65_535), (200, "deny", "8.8.8.8/32", 0, 65_535)]
    expect(function, "8.8.8.8", 443, a_subnet(out=deny_first), "acl out")
    expect(function, "8.8.4.4", 443, a_subnet(out=deny_first), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(out=deny_last), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(out=deny_last[::-1]), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(out=[]), "acl out")
    expect(function, "10.20.7.7", 5432, a_subnet(out=[(100, "allow", ANY, 443, 443)]), "acl out")
    expect(function, "8.8.8.8", 443, a_subnet(into=[]), "acl in")
    expect(function, "8.8.8.8", 443, a_subnet(into=[(100, "allow", ANY, 443, 443)]), "acl in")
    expect(function, "8.8.8.8", 443, a_subnet(into=[(100, "allow", ANY, 32_768, 60_999)]), "acl in")
    halves = [(100, "allow", ANY, 1_024, 30_000), (110, "allow", ANY, 30_001, 65_535)]
    expect(function, "8.8.8.8", 443, a_subnet(into=halves), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(into=[(95, "deny", ANY, 3_306, 3_306), *halves]), "acl in")
    expect(function, "8.8.8.8", 443, a_subnet(into=[*halves, (120, "deny", ANY, 3_306, 3_306)]), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(into=[(95, "deny", ANY, 22, 22), *halves]), "nat")
    expect(function, "8.8.8.8", 443, a_subnet(into=[(95, "deny", "10.0.0.0/8", 0, 65_535), *halves]), "nat")
    both = a_subnet(group=[], out=[], into=[])
    expect(function, "8.8.8.8", 443, both, "group")
    return "15 packets by network ACL, both directions."


PARTS = {"The example": example, "Routes and groups": routes_and_groups, "Network ACLs": network_acls}


@variant
def by_intervals(ip, port, rules):
    inside = lambda text: ipaddress.ip_address(ip) in ipaddress.ip_network(text)
    best = max(
        (text for text in rules["routes"] if inside(text)), key=lambda t: int(t.split("/")[1]), default=None
    )
    if best is None:
        return "no route"
    if all(not inside(r) or port < low or port > high for r, low, high in rules["group"]):
        return "group"
    for direction, low, high in (("out", port, port), ("in", 1_024, 65_535)):
        lines = sorted((e for e in rules["acl"][direction] if inside(e[2])), key=lambda e: e[0])
        at = low
        borders = sorted({low, *(e[3] for e in lines), *(e[4] + 1 for e in lines)})
        for at in borders:
            if low <= at <= high:
                first = next((e for e in lines if e[3] <= at <= e[4]), None)
                if first is None or first[1] == "deny":
                    return f"acl {direction}"
    return rules["routes"][best]


@variant
def port_by_port(ip, port, rules):
    """Asks for each port, but for the address only once a rule."""
    holds = {}
    for text in (
        *rules["routes"],
        *(e[0] for e in rules["group"]),
        *(e[2] for d in rules["acl"].values() for e in d),
    ):
        holds[text] = ipaddress.ip_address(ip) in ipaddress.ip_network(text)

    target, longest = None, -1
    for text in rules["routes"]:
        if holds[text] and int(text.rpartition("/")[2]) > longest:
            target, longest = rules["routes"][text], int(text.rpartition("/")[2])
    if target is None:
        return "no route"
    if not any(holds[r] and low <= port <= high for r, low, high in rules["group"]):
        return "group"
    for way, ports in (("out", [port]), ("in", range(1_024, 65_536))):
        lines = [e for e in sorted(rules["acl"][way]) if holds[e[2]]]
        for wanted in ports:
            for _, verdict, _, low, high in lines:
                if low <= wanted <= high:
                    if verdict == "deny":
                        return f"acl {way}"
                    break
            else:
                return f"acl {way}"
    return target


@wrong("asks for the lowest and the highest port of the answer only", passes_examples=True)
def both_ends(ip, port, rules):
    got = solve(ip, port, {**rules, "acl": {"out": rules["acl"]["out"], "in": OPEN["in"]}})
    if got in ("no route", "group", "acl out"):
        return got
    lines = [e for e in sorted(rules["acl"]["in"]) if ipaddress.ip_address(ip) in ipaddress.ip_network(e[2])]
    for wanted in (1_024, 65_535):
        first = next((e for e in lines if e[3] <= wanted <= e[4]), None)
        if first is None or first[1] == "deny":
            return "acl in"
    return got


@wrong("spares local traffic the network ACL", passes_examples=True)
def local_is_free(ip, port, rules):
    got = solve(ip, port, {**rules, "acl": OPEN})
    return got if got == "local" else solve(ip, port, rules)


@wrong("takes the first route that matches")
def first_route(ip, port, rules):
    got = solve(ip, port, rules)
    if got in ("group", "acl out", "acl in", "no route"):
        return got
    return next(t for r, t in rules["routes"].items() if ipaddress.ip_address(ip) in ipaddress.ip_network(r))


@wrong("treats the network ACL as stateful", passes_examples=True)
def stateful(ip, port, rules):
    acl = {"out": rules["acl"]["out"], "in": OPEN["in"]}
    return solve(ip, port, {**rules, "acl": acl})


@wrong("reads the ACL in the order of the list, not of the numbers", passes_examples=True)
def list_order(ip, port, rules):
    acl = {d: [(n, *e[1:]) for n, e in enumerate(entries)] for d, entries in rules["acl"].items()}
    return solve(ip, port, {**rules, "acl": acl})


@wrong("lets one rule decide for all the ports of the answer", passes_examples=True)
def one_rule(ip, port, rules):
    address = ipaddress.ip_address(ip)
    got = solve(ip, port, {**rules, "acl": {"out": rules["acl"]["out"], "in": OPEN["in"]}})
    if got in ("no route", "group", "acl out"):
        return got
    covering = any(
        v == "allow" and address in ipaddress.ip_network(r) and a <= 1_024 and b >= 65_535
        for _, v, r, a, b in rules["acl"]["in"]
    )
    return got if covering else "acl in"


@wrong("any allow is enough, also behind a deny", passes_examples=True)
def any_allow(ip, port, rules):
    acl = {d: [e for e in entries if e[1] == "allow"] for d, entries in rules["acl"].items()}
    return solve(ip, port, {**rules, "acl": acl})


@wrong("asks the ACL before the group")
def acl_first(ip, port, rules):
    opened = {**rules, "group": [(ANY, 0, 65_535)]}
    got = solve(ip, port, opened)
    return got if got.startswith(("acl", "no")) else solve(ip, port, rules)


NOTES = """
**Why it holds**: the route chooses the way, and each filter can only stop the packet; the order of the questions is the order in which a packet meets them on its way out, and its answer on the way in.

**Pitfall**: the ephemeral ports. An ACL that opens 443 inwards looks right and stops every answer; one that opens 32768 to 60999 fits Linux's default and not a Lambda, a NAT gateway (1024 to 65535) or Windows.

**Alternative**: leave network ACLs as they come, open, and put the rules into security groups, which name other groups instead of ranges; use ACLs for "never this range".

**At work**: VPC Reachability Analyzer asks these questions of the real configuration; flow logs show `REJECT` for a group or an ACL, and nothing at all for a missing route.
"""
