"""A person at the real browser: presses what is there by its words, as somebody would who never saw it."""

from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page

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
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        # htmx says so when a page is left while a preview is still being drawn: nothing went wrong.
        is_left = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        if message.type == "error" and not is_left:
            self.complaints.append(message.text)

    def open(self, address: str) -> None:
        self.page.goto(address)

    def write(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(words)

    def press(self, words: str) -> None:
        """Press the button, or follow the link, with exactly these words."""
        self.page.get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

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
        self.page.locator("main form button[type=submit]").first.click()
        self.write("Code", self.portal.code_for(email))
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(f"{self.portal.url}/**")

    def sign_in(self, email: str, password: str) -> None:
        seen = len(self.portal.letters(email))
        self.open("/login")
        self.write("Email", email)
        self.write("Password", password)
        self.page.locator("main form button[type=submit]").first.click()
        self.write("Code", self.portal.code_for(email, seen))
        self.page.locator("main form button[type=submit]").first.click()

    def connect(self, button: str) -> None:
        """Through the network's consent page and back."""
        self.open("/accounts")
        self.press(button)
        self.press("Allow")
        self.page.wait_for_url(f"{self.portal.url}/accounts**")

    def leave(self) -> None:
        self.context.close()
        assert not self.complaints, self.complaints
