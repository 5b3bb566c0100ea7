"""Copies what pages need of the front-end libraries from node_modules/ to static/vendor/."""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTER = "@fontsource-variable/inter"
DEVANAGARI = "@fontsource/noto-sans-devanagari"

# address below static/vendor/ → file below node_modules/
FILES = {
    "bootstrap/css/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/js/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
    "sortable/Sortable.min.js": "sortablejs/Sortable.min.js",
    "sortable/LICENSE": "sortablejs/LICENSE",
    "swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui/LICENSE": "swagger-ui-dist/LICENSE",
    "icons/bootstrap-icons.svg": "bootstrap-icons/bootstrap-icons.svg",
    "icons/LICENSE": "bootstrap-icons/LICENSE",
    "inter/inter-latin-wght-normal.woff2": f"{INTER}/files/inter-latin-wght-normal.woff2",
    "inter/inter-latin-ext-wght-normal.woff2": f"{INTER}/files/inter-latin-ext-wght-normal.woff2",
    "inter/LICENSE": f"{INTER}/LICENSE",
    **{
        f"noto-devanagari/noto-sans-devanagari-{weight}.woff2": (
            f"{DEVANAGARI}/files/noto-sans-devanagari-devanagari-{weight}-normal.woff2"
        )
        for weight in (400, 600)
    },
    "noto-devanagari/LICENSE": f"{DEVANAGARI}/LICENSE",
}
# The maps stay behind, so a mention of one would only make browsers ask for a file that is not there.
SOURCE_MAP = re.compile(rb"\s*(/\*|//)# sourceMappingURL=\S+?\.map(\s*\*/)?\s*$")


def copy(source: Path, target: Path) -> None:
    """Put a file in its place in one step: a running portal never serves half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if target.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"\n", content)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    part.chmod(0o644)
    part.replace(target)


def fill(modules: Path, vendor: Path) -> None:
    """Make the folder hold exactly the files of the table."""
    for address, source in FILES.items():
        copy(modules / source, vendor / address)
    wanted = {vendor / address for address in FILES}
    for path in vendor.rglob("*"):
        if path.is_file() and path not in wanted:
            path.unlink()
    for folder in vendor.iterdir():
        if folder.is_dir() and not any(folder.rglob("*.*")):
            shutil.rmtree(folder)


def main() -> int:
    try:
        fill(ROOT / "node_modules", ROOT / "static" / "vendor")
    except FileNotFoundError as problem:
        sys.stderr.write(f"A front-end library is missing ({problem.filename}). Run make setup again.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
