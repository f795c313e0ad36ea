"""What no page may do, watched in every test: ask another machine, be refused by the content
security policy, fail in its script, or open a dialog."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, WebError

REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});"""


@dataclass
class Watch:
    """Watches all pages of one browser context; ``home`` is the only server they may ask.

    ``allowed``: parts of console messages that this test provokes on purpose. ``asked``: pages
    that asked whether they may really be left.
    """

    home: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> Watch:
        """Begin with this context, before it has a page."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)
        return self

    def allow(self, *parts: str) -> None:
        """Messages with one of these parts are what the test wants."""
        self.allowed.extend(parts)

    def check(self) -> None:
        """Raises AssertionError when something happened that must not."""
        assert not self.faults, "\n".join(self.faults)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", "blob:")):
            self.faults.append(f"asked another machine: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        known = any(part in message.text for part in self.allowed)
        if message.type in ("error", "warning") and not known:
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":
            self.asked.append(dialog.page.url if dialog.page else "")
            dialog.accept()
            return
        self.faults.append(f"dialog: {dialog.type} {dialog.message}")
        dialog.dismiss()
