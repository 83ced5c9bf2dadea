"""The command line: one verb a function, each a thin call into its room."""

import typer

app = typer.Typer(
    name="seniorde",
    help="Senior Data Engineering in Nine Weeks: the learner's and the author's verbs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


# The learner's verbs ------------------------------------------------------------------------------


# The author's verbs -------------------------------------------------------------------------------


def main() -> None:
    """Run the command line."""
    app()
