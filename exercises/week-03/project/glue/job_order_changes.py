"""The entry of the Glue job; nothing of it is written yet.

On Glue `awsglue.utils.getResolvedOptions` reads the parameters; where there is no awsglue, argparse can.
"""

import sys

print(
    "The job is not written yet: read its parameters here, do its work in functions of the package.",
    file=sys.stderr,
)
sys.exit(4)
