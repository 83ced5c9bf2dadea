"""# Subnets for three zones

A network is divided once and lives for years.
You get a VPC's range, and for each subnet its name and how many machines it must hold.
AWS keeps five addresses of each subnet for itself; a subnet is a `/28` at least and a `/16` at most.
Return a dictionary: name → range, as texts, each the smallest subnet that holds its machines, all within the VPC, none overlapping another.

>>> plan = solve("10.20.0.0/22", {"workers-a": 250, "nat-a": 2, "workers-b": 250})
>>> sorted(plan)
['nat-a', 'workers-a', 'workers-b']
>>> [plan[name].split("/")[1] for name in sorted(plan)]
['28', '24', '24']

Any order of the ranges is right.
If a division exists, find one: whatever the order in which the subnets are named.
Raise `ValueError` if there is none.
"""

import ipaddress
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-networking-carve-subnets",
    pattern="addresses",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "`2 ** (32 - prefix) - 5` machines fit: look for the longest prefix from 28 down to 16 that is enough.",
            "`ipaddress.ip_network` does the arithmetic; `subnets(new_prefix=…)` lists the pieces.",
        ),
        "Sizes": (
            "251 machines fit into a /24, not 254 and not 256.",
            "Nothing may be smaller than a /28, also for one machine.",
        ),
        "Tight networks": (
            "A small subnet first leaves a hole before the next large one: which order leaves none?",
            "Largest first: then each size begins where the ones before end, and is aligned by itself.",
        ),
        "Impossible ones": ("Compare the end of the last piece with the end of the VPC.",),
    },
)


def solve(vpc, machines):
    def prefix(count):
        return next((p for p in range(28, 15, -1) if 2 ** (32 - p) - 5 >= count), None)

    whole = ipaddress.ip_network(vpc)
    wanted = {name: prefix(count) for name, count in machines.items()}
    if None in wanted.values():
        raise ValueError("a subnet holds at most 65,531 machines")
    at, plan = int(whole.network_address), {}
    for name in sorted(wanted, key=lambda name: (wanted[name], name)):
        subnet = ipaddress.ip_network((at, wanted[name]))
        if subnet.prefixlen < whole.prefixlen or int(subnet.broadcast_address) > int(whole.broadcast_address):
            raise ValueError(f"{vpc} is too small: no place for {name}")
        plan[name] = str(subnet)
        at = int(subnet.broadcast_address) + 1
    return plan


def prefix_for(machines):
    return next((p for p in range(28, 15, -1) if 2 ** (32 - p) - 5 >= machines), None)


def possible(vpc, machines):
    """Blocks of powers of two fit if and only if their sum does."""
    sizes = [prefix_for(count) for count in machines.values()]
    return None not in sizes and sum(2 ** (32 - p) for p in sizes) <= ipaddress.ip_network(vpc).num_addresses


def expect(function, vpc, machines):
    asked = f"{vpc}, {machines}"
    try:
        plan = call(function, vpc, dict(machines))
    except Refused as refused:
        if "ValueError" not in str(refused):
            raise
        if possible(vpc, machines):
            raise Refused(
                "result",
                f"There is a division of {asked}.",
                expected=str(solve(vpc, machines)),
                got="ValueError",
            ) from None
        return
    if not possible(vpc, machines):
        raise Refused("result", f"There is no division of {asked}.", expected="ValueError", got=repr(plan))
    if not isinstance(plan, dict) or plan.keys() != machines.keys():
        raise Refused(
            "result",
            f"Not every subnet has its range: {asked}.",
            expected=str(sorted(machines)),
            got=repr(plan),
        )
    whole = ipaddress.ip_network(vpc)
    ranges = {}
    for name, text in plan.items():
        try:
            if not isinstance(text, str):
                raise TypeError
            ranges[name] = ipaddress.ip_network(text)
        except (ValueError, TypeError):
            raise Refused(
                "result",
                f"{name} has no valid range: it begins in the middle of one, or is no text.",
                expected="a text such as '10.20.1.0/24'",
                got=repr(text),
            ) from None
        fits = f"/{prefix_for(machines[name])}"
        if ranges[name].prefixlen != prefix_for(machines[name]):
            raise Refused(
                "result",
                f"{name} of {machines[name]} machines has not the smallest range.",
                expected=fits,
                got=text,
            )
        if not ranges[name].subnet_of(whole):
            raise Refused("result", f"{name} lies outside of {vpc}.", expected=f"within {vpc}", got=text)
    ordered = sorted(ranges, key=lambda name: ranges[name].network_address)
    for one, other in zip(ordered, ordered[1:], strict=False):
        if ranges[one].overlaps(ranges[other]):
            raise Refused(
                "result",
                f"{one} and {other} overlap: {asked}.",
                expected="no overlap",
                got=f"{plan[one]}, {plan[other]}",
            )


def example(function):
    expect(function, "10.20.0.0/22", {"workers-a": 250, "nat-a": 2, "workers-b": 250})
    return "The VPC of the statement."


def sizes(function):
    for count in (1, 11, 12, 27, 28, 251, 252, 4_091, 4_092, 65_531):
        expect(function, "10.0.0.0/16", {"only": count})
    expect(function, "172.16.4.0/24", {"a": 100, "b": 20, "c": 5})
    return "Eleven sizes around the borders."


def tight(function):
    expect(function, "10.20.0.0/22", {"nat": 3, "workers-a": 400, "workers-b": 240, "db": 20, "nat-b": 9})
    expect(function, "10.20.0.0/24", {"a": 3, "b": 100, "c": 20, "d": 40, "e": 2})
    expect(function, "10.20.0.0/24", {str(n): 11 for n in range(16)})
    expect(function, "192.168.0.0/16", {"all": 65_531})
    expect(function, "10.20.0.0/22", {})
    rng = Random(4)
    for _ in range(40):
        free, machines = 2**12, {}
        while free >= 16 and len(machines) < 12:
            prefix = rng.randint(32 - free.bit_length() + 1, 28)
            machines[f"s{len(machines)}"] = 2 ** (32 - prefix) - 5 - rng.randint(0, 3)
            free -= 2 ** (32 - prefix)
        names = list(machines)
        rng.shuffle(names)
        expect(function, "10.96.0.0/20", {name: machines[name] for name in names})
    return "45 networks, most of them filled to the last address."


def impossible(function):
    expect(function, "10.20.0.0/24", {"a": 128})
    expect(function, "10.20.0.0/24", {"a": 100, "b": 100, "c": 1})
    expect(function, "10.0.0.0/16", {"a": 70_000})
    expect(function, "10.20.0.0/28", {"a": 12})
    return "Three networks that are too small, and a subnet that is too large."


PARTS = {"The example": example, "Sizes": sizes, "Tight networks": tight, "Impossible ones": impossible}


@variant
def by_splitting(vpc, machines):
    free = [ipaddress.ip_network(vpc)]
    plan = {}
    for name, count in sorted(machines.items(), key=lambda item: -item[1]):
        prefix = 28
        while prefix >= 16 and 2 ** (32 - prefix) - 5 < count:
            prefix -= 1
        if prefix < 16:
            raise ValueError("too many machines")
        free.sort(key=lambda network: (-network.prefixlen, network))
        hole = next((network for network in free if network.prefixlen <= prefix), None)
        if hole is None:
            raise ValueError("no place")
        free.remove(hole)
        chosen = next(hole.subnets(new_prefix=prefix))
        free += [] if chosen == hole else list(hole.address_exclude(chosen))
        plan[name] = str(chosen)
    return plan


@wrong("forgets that AWS keeps five addresses, not two", passes_examples=True)
def two_reserved(vpc, machines):
    return solve(vpc, {name: max(1, count - 3) for name, count in machines.items()})


@wrong("takes the subnets in the order given, with gaps", passes_examples=True)
def in_order(vpc, machines):
    whole = ipaddress.ip_network(vpc)
    at, plan = int(whole.network_address), {}
    for name, count in machines.items():
        prefix = prefix_for(count) or 16
        size = 2 ** (32 - prefix)
        at = -(-at // size) * size
        subnet = ipaddress.ip_network((at, prefix))
        if not subnet.subnet_of(whole):
            raise ValueError(name)
        plan[name], at = str(subnet), at + size
    return plan


@wrong("returns networks, not texts")
def objects(vpc, machines):
    return {name: ipaddress.ip_network(text) for name, text in solve(vpc, machines).items()}


@wrong("lays ranges one after the other, in the middle of larger ones")
def not_aligned(vpc, machines):
    at, plan = ipaddress.ip_network(vpc).network_address, {}
    for name, count in machines.items():
        prefix = prefix_for(count) or 16
        plan[name], at = f"{at}/{prefix}", at + 2 ** (32 - prefix)
    return plan


@wrong("allows subnets smaller than a /28", passes_examples=False)
def tiny(vpc, machines):
    plan = solve(vpc, machines)
    return {n: r.replace("/28", "/29") if machines[n] <= 3 else r for n, r in plan.items()}


@wrong("goes on beyond the end of the VPC", passes_examples=True)
def beyond(vpc, machines):
    at, plan = int(ipaddress.ip_network(vpc).network_address), {}
    for name in sorted(machines, key=lambda name: -machines[name]):
        subnet = ipaddress.ip_network((at, prefix_for(machines[name]) or 16), strict=False)
        plan[name], at = str(subnet), int(subnet.broadcast_address) + 1
    return plan


@wrong("adds gaps between the zones, and so finds no place in a full network", passes_examples=True)
def roomy(vpc, machines):
    free = ipaddress.ip_network(vpc).num_addresses
    if sum(2 ** (32 - (prefix_for(c) or 16)) for c in machines.values()) > free * 0.9:
        raise ValueError("full")
    return solve(vpc, machines)


NOTES = """
**Why it holds**: sizes are powers of two. Taken from the largest to the smallest, the place where the next one begins is always a multiple of its own size, so no gap arises, and the division exists exactly if the sum of the sizes fits.

**Pitfall**: 251, not 254. The subnet that was planned for 254 workers is full at 251, on the day of the largest load.

**Alternative**: leave room on purpose. In production nobody fills a VPC; the order by size is still right, each zone from its own half.

**At work**: a Glue job in a VPC needs an address for each worker, Lambda for each network interface, and a subnet cannot be enlarged: look at *available addresses* before you look at quotas.
"""
