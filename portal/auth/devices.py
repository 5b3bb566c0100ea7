"""What a browser says of itself, in words that its owner recognises."""

# The order matters: Edge and Opera also say Chrome, Chrome also says Safari, phones also say Linux or Mac.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "a Chromebook"),
    ("Mac OS", "a Mac"),
    ("Linux", "Linux"),
)


def name_of(device: str | None) -> str:
    """ "Chrome on Windows", as well as it can be told."""
    said = device or ""
    browser = next((name for mark, name in BROWSERS if mark in said), None)
    system = next((name for mark, name in SYSTEMS if mark in said), None)
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"A browser on {system}" if system else "A browser")
