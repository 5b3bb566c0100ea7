"""A person at the real browser: presses what is there by its words, as somebody would who never saw it."""

from pathlib import Path

from playwright.sync_api import Browser, Locator, Page

from tests.browsing import PATIENCE_MS, watch
from tests.journeys.portal_at_work import PortalAtWork

PASSWORD = "three quiet rivers at noon"


class Person:
    """One browser profile. What goes wrong on a page (script errors, refused resources) is collected."""

    def __init__(
        self, browser: Browser, portal: PortalAtWork, *, scripts: bool = True, width: int = 1280
    ) -> None:
        self.portal = portal
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            base_url=portal.url,
            timezone_id="Asia/Kolkata",
            locale="en-GB",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        watch(self.context, self.complaints)
        self.page: Page = self.context.new_page()

    def open(self, address: str) -> None:
        self.page.goto(address)

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(words)

    def press(self, words: str) -> None:
        """Press the button with exactly these words, and be where it leads."""
        self.follow(self.page.get_by_role("button", name=words, exact=True).first)

    def follow(self, control: Locator) -> None:
        # Whoever goes on before the answer is there takes back what was pressed.
        with self.page.expect_navigation():
            control.click()

    def sees(self, words: str) -> None:
        """Wait until these words can be seen."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def picture(self, folder: Path, name: str) -> None:
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def register(self, email: str, full_name: str) -> None:
        """Join, read the code in the practice mailbox, confirm."""
        self.open("/register")
        self.write("Full name", full_name)
        self.write("Email", email)
        self.write("Password", PASSWORD)
        self.send()
        self.write("Code", self.portal.code_for(email))
        self.send()

    def send(self) -> None:
        """Press the first button of the page's form."""
        self.follow(self.page.locator("main form button[type=submit]").first)

    def sign_in(self, email: str, password: str) -> None:
        seen = len(self.portal.letters(email))
        self.open("/login")
        self.write("Email", email)
        self.write("Password", password)
        self.send()
        self.write("Code", self.portal.code_for(email, seen))
        self.send()

    def connect(self, button: str) -> None:
        """Through the network's consent page and back."""
        self.open("/accounts")
        self.press(button)
        self.press("Allow")
        self.page.wait_for_url(f"{self.portal.url}/accounts**")

    def leave(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints
