"""What a person does at the page: looks for words, types, taps what is called so. Nothing goes past the screen."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

PATIENCE_MS = 20_000


@dataclass
class Phone:
    """One phone on the page."""

    page: Page
    place: Locator

    async def sees(self, words: str, patience_ms: int = PATIENCE_MS) -> None:
        """A message with these words, on the screen or reached by scrolling."""
        await expect(self.place.locator(".bubble", has_text=words).last).to_be_visible(
            timeout=patience_ms
        )

    async def sees_not(self, words: str) -> None:
        await expect(self.place.locator(".bubble", has_text=words)).to_have_count(0)

    async def types(self, words: str) -> None:
        """Into the field, and sends it."""
        await self.place.get_by_role("textbox").fill(words)
        await self.place.get_by_role("textbox").press("Enter")

    async def taps(self, label: str, on: str = "") -> None:
        """The newest button of a message, or else the key, that is called so."""
        messages = self.place.locator(".post", has_text=on) if on else self.place.locator(".post")
        button = messages.get_by_role("button", name=label, exact=True).last
        key = self.place.locator(".keyboard").get_by_role("button", name=label, exact=True)
        either = button if on else button.or_(key).last
        await expect(either).to_be_visible(timeout=PATIENCE_MS)
        await either.click()

    async def chooses(self, menu: str, item: str) -> None:
        """An item of one of the phone's menus."""
        await self.place.locator(f"summary[title='{menu}']").click()
        await self.place.get_by_role("button", name=item, exact=True).click()

    async def says_to_owner(self, words: str) -> None:
        """What the page itself says on this phone."""
        await expect(self.place.locator(".said")).to_contain_text(words, timeout=PATIENCE_MS)
