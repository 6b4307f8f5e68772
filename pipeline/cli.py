"""`samletall`: runs a verb, and says what a person must mend in a sentence."""

import sys

from pipeline.commands import app
from pipeline.commands.terminal import AS_JSON, errors_out, print_json
from pipeline.errors import PipelineError


def main() -> None:
    """Runs a command; what a person must mend is said in a sentence, anything else is a bug and shows its traceback."""
    try:
        app()
    except PipelineError as error:
        if AS_JSON in sys.argv:
            print_json({"error": type(error).__name__, "sentence": str(error)})
        else:
            errors_out.print(str(error), style="bold", markup=False)
        sys.exit(error.exit_code)
    except PermissionError as error:
        errors_out.print(
            f"{error.filename}: {error.strerror}. Run this as a user who may; docs/running.md says who may what.",
            style="bold",
            markup=False,
        )
        sys.exit(PipelineError.exit_code)
