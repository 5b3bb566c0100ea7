"""`python -m tests.setup.run_programs FOLDER LAST LIMIT` watches over FOLDER/Procfile as make run does."""

import os
import sys
from pathlib import Path

from portal.local import procfile
from portal.local.console import Console
from portal.local.sessions import Sessions
from portal.local.supervisor import Program, Supervisor


def main(folder: Path, last: str, limit: float) -> None:
    sessions = Sessions(folder / "run.json")
    sessions.end_leftovers()
    supervisor = Supervisor(Console(), sessions)
    supervisor.listen()
    for name, command in procfile.read(folder / "Procfile").items():
        supervisor.add(Program(name, command, os.environ, leaves_last=name == last))
    while not supervisor.is_ending:
        supervisor.turn()
    supervisor.stop(limit=limit)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
