"""# A budget that warns in time

Account `111122223333` is for learning. Write the input of `aws budgets create-budget --cli-input-json …` as JSON text:

- a monthly **cost** budget named `week-1` of 50 USD;
- credits must not hide the spending: a free-tier credit is not to be counted (`CostTypes` has a flag for it, which is true unless you say otherwise);
- a warning when the **forecast** for the month exceeds 80 % of the budget;
- an alarm when the **actual** cost exceeds 100 % of it;
- both by mail to `oncall@example.com`, the alarm also to the topic `arn:aws:sns:us-east-1:111122223333:spend`.

The frame, with the types that AWS expects:

```json
{
  "AccountId": "…",
  "Budget": {
    "BudgetName": "…", "BudgetType": "…", "TimeUnit": "…",
    "BudgetLimit": {"Amount": "…", "Unit": "…"},
    "CostTypes": {}
  },
  "NotificationsWithSubscribers": [
    {
      "Notification": {"NotificationType": "…", "ComparisonOperator": "…", "Threshold": 0, "ThresholdType": "…"},
      "Subscribers": [{"SubscriptionType": "…", "Address": "…"}]
    }
  ]
}
```

The amount is a text, the threshold a number: 80 means 80 % of the limit.
Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
First the shape is judged, by the service's own model as boto3 carries it; then what the budget means.
"""

import json

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-aws-budget-alerts",
    pattern="budget",
    difficulty="easy",
    minutes=10,
    points=2,
    hints={
        "The shape": (
            "The service's words are in capitals: COST, MONTHLY, FORECASTED, ACTUAL, GREATER_THAN, PERCENTAGE, EMAIL, SNS.",
            'The amount is a text, `"50"`, the threshold a number, `80`.',
        ),
        "The budget": (
            "Look at `CostTypes`: each flag is true unless you say otherwise.",
            'Credits: `"CostTypes": {"IncludeCredit": false}`.',
        ),
        "The alerts": (
            "Two entries in NotificationsWithSubscribers, each with its own list of subscribers.",
            "FORECASTED at 80 by mail; ACTUAL at 100 by mail and to the topic; both GREATER_THAN.",
        ),
    },
)

SOLVE = r"""
{
  "AccountId": "111122223333",
  "Budget": {
    "BudgetName": "week-1",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "50", "Unit": "USD"},
    "CostTypes": {"IncludeCredit": false}
  },
  "NotificationsWithSubscribers": [
    {
      "Notification": {
        "NotificationType": "FORECASTED",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80,
        "ThresholdType": "PERCENTAGE"
      },
      "Subscribers": [{"SubscriptionType": "EMAIL", "Address": "oncall@example.com"}]
    },
    {
      "Notification": {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 100,
        "ThresholdType": "PERCENTAGE"
      },
      "Subscribers": [
        {"SubscriptionType": "EMAIL", "Address": "oncall@example.com"},
        {"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:111122223333:spend"}
      ]
    }
  ]
}
"""

MAIL = ("EMAIL", "oncall@example.com")
TOPIC = ("SNS", "arn:aws:sns:us-east-1:111122223333:spend")


def read(text):
    """The request, once it has the shape of the service's model."""
    import botocore.session
    from botocore.validate import ParamValidator

    try:
        request = json.loads(text)
    except ValueError as error:
        raise Refused("shape", f"This is no JSON: {error}.") from None
    model = botocore.session.Session().get_service_model("budgets")
    shape = model.operation_model("CreateBudget").input_shape
    report = ParamValidator().validate(request, shape)
    if report.has_errors():
        raise Refused("shape", "The service would refuse this.", complaint=report.generate_report())
    for where, value, known in words(request, shape):
        if value not in known:
            raise Refused("shape", f"{where} is {value!r}: choose one of {', '.join(known)}.")
    return request


def words(value, shape, where="The request"):
    """Each text for which the model has a list of known words: where it stands, it, the list."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from words(value[name], member, name)
    elif shape.type_name == "list":
        for one in value:
            yield from words(one, shape.member, where)
    elif getattr(shape, "enum", None):
        yield where, value, shape.enum


def the_shape(text):
    request = read(text)
    return f"The service's model accepts it: {len(request)} parameters."


def the_budget(text):
    request = read(text)
    budget = request["Budget"]
    limit = budget.get("BudgetLimit", {})
    expect("account", request["AccountId"], "111122223333")
    expect("name", budget["BudgetName"], "week-1")
    expect("type", budget["BudgetType"], "COST")
    expect("time unit", budget["TimeUnit"], "MONTHLY")
    try:
        amount = float(limit.get("Amount", "nan"))
    except ValueError:
        raise Refused("budget", f"The amount {limit['Amount']!r} is no number.") from None
    expect("limit", (amount, limit.get("Unit")), (50.0, "USD"))
    if budget.get("CostTypes", {}).get("IncludeCredit", True):
        raise Refused("budget", "Credits are counted: a month paid by credits would look like no spending.")
    if budget.get("CostFilters") or budget.get("FilterExpression"):
        raise Refused("budget", "A filter leaves a part of the account's cost out.")
    return "50 USD a month, credits not counted."


def expect(what, got, wanted):
    if got != wanted:
        raise Refused("budget", f"The {what} is another one.", expected=repr(wanted), got=repr(got))


def the_alerts(text):
    found = {}
    for one in read(text).get("NotificationsWithSubscribers", []):
        alert = one["Notification"]
        if alert["ComparisonOperator"] != "GREATER_THAN":
            raise Refused("alert", f"It warns when the cost is {alert['ComparisonOperator']} the threshold.")
        threshold = float(alert["Threshold"])
        if alert.get("ThresholdType", "PERCENTAGE") == "ABSOLUTE_VALUE":
            threshold *= 100 / 50
        subscribers = {(s["SubscriptionType"], s["Address"]) for s in one["Subscribers"]}
        found[alert["NotificationType"], threshold] = subscribers
    for kind, threshold, wanted in (("FORECASTED", 80.0, {MAIL}), ("ACTUAL", 100.0, {MAIL, TOPIC})):
        if (kind, threshold) not in found:
            have = ", ".join(f"{name} {at:g} %" for name, at in sorted(found)) or "none"
            raise Refused("alert", f"There is no {kind} alert at {threshold:g} %.", got=have)
        if found[kind, threshold] != wanted:
            raise Refused(
                "alert",
                f"The {kind} alert goes to others.",
                expected=str(sorted(wanted)),
                got=str(sorted(found[kind, threshold])),
            )
    if len(found) > 2:
        raise Refused("alert", f"There are {len(found)} alerts, two are asked for.")
    return "A forecast above 80 % warns, an actual cost above 100 % alarms."


PARTS = {"The shape": the_shape, "The budget": the_budget, "The alerts": the_alerts}

IN_DOLLARS = variant(
    SOLVE.replace(
        '"Threshold": 80,\n        "ThresholdType": "PERCENTAGE"',
        '"Threshold": 40,\n        "ThresholdType": "ABSOLUTE_VALUE"',
    )
    .replace('"Amount": "50"', '"Amount": "50.00"')
    .replace('"Threshold": 100,\n        "ThresholdType": "PERCENTAGE"', '"Threshold": 100.0')
)

NUMBER = wrong("the amount is a text", SOLVE.replace('"50"', "50"), fails="shape")
LOWER = wrong("the service's words are in capitals", SOLVE.replace("FORECASTED", "forecasted"), fails="shape")
CREDITS = wrong(
    "as long as credits last, the budget sees no cost",
    SOLVE.replace(',\n    "CostTypes": {"IncludeCredit": false}', ""),
    fails="budget",
    passes_examples=True,
)
FRACTION = wrong(
    "0.8 means 0.8 %: it warns on the first day of every month",
    SOLVE.replace('"Threshold": 80', '"Threshold": 0.8'),
    fails="alert",
    passes_examples=True,
)
TOO_LATE = wrong(
    "an actual cost of 80 % warns when the money is spent",
    SOLVE.replace("FORECASTED", "ACTUAL"),
    fails="alert",
    passes_examples=True,
)
LESS = wrong(
    "it warns as long as all is well",
    SOLVE.replace("GREATER_THAN", "LESS_THAN", 1),
    fails="alert",
    passes_examples=True,
)

NOTES = """**Why it holds**: the forecast warns while there is time to act, the actual cost says that the limit is gone.
A budget counts and tells; it stops nothing by itself.

**Pitfall**: credits are counted as negative cost unless you say otherwise, so an account on credits looks free until the month they end.
The threshold is a percentage, not a fraction: 0.8 is 40 cents of 50 USD.

**Alternative**: thresholds as absolute values, as in the second answer; Cost Anomaly Detection, which learns what is usual; budget *actions*, which attach a deny policy or stop instances.

**At work**: the billing data behind a budget is some hours old, so a runaway job of one night is seen in the morning.
Bound the job itself: a limit of bytes a query in Athena's workgroup, a time limit and a maximum of workers for a job.
"""
