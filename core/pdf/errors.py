"""Why a PDF could not be made."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal

_MESSAGES: Final[dict[str, Promise]] = {
    "fonts": _("The fonts for PDFs are missing. Reinstall the program's files: %(detail)s."),
    "libraries": _("System libraries for PDFs are missing. Run “manage.py doctor”: %(detail)s."),
    "glyphs": _("No font can print %(detail)s. Write it in Latin or Chinese script."),
    "fetch": _("The document asked for an address outside itself: %(detail)s. It never may."),
    "asset": _("The picture “%(detail)s” is broken or too large. Use another one."),
    "part": _("One of the files cannot be joined into the PDF: %(detail)s."),
    "timeout": _("The document took longer than %(detail)s seconds. Make it shorter, or split it."),
    "cpu": _("The document needs more computing time than allowed. Make it shorter, or split it."),
    "memory": _("The document needs more memory than allowed. Make it shorter, or split it."),
    "crash": _("The PDF process stopped (%(detail)s). Try again, or tell the administrator."),
}
_OTHER: Final = _("The PDF could not be made: %(detail)s.")


class UnableToRenderPdf(Refusal):
    """The document was not made, and nothing was written.

    `kind` is stable for code and tests: fonts, libraries, glyphs, fetch, part, timeout, cpu,
    memory, crash, document, style. `detail` names the file, character or address at fault.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(str(_MESSAGES.get(kind, _OTHER)) % {"detail": detail})
