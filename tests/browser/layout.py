"""What a page looks like that no assertion about its text can tell."""

from playwright.sync_api import Page


def fits_width(page: Page) -> bool:
    """Neither the page nor a list of messages is wider than what is seen of it."""
    return bool(
        page.evaluate(
            "[document.documentElement, ...document.querySelectorAll('.messages')]"
            ".every((part) => part.scrollWidth <= part.clientWidth)"
        )
    )
