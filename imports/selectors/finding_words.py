"""The words for what was found in a file, saying what would be allowed."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from imports.rules.problems import Finding, Note, Problem
from imports.rules.targets import Target

TARGET_WORDS: Final[Mapping[Target, str | Promise]] = {
    Target.CLIENT_CODE: gettext_lazy("Client code"),
    Target.CLIENT_NAME: gettext_lazy("Client name"),
    Target.INVOICE_NUMBER: gettext_lazy("Invoice number"),
    Target.DOCUMENT_TYPE: gettext_lazy("Kind of document"),
    Target.ISSUED_ON: gettext_lazy("Invoice date"),
    Target.DUE_ON: gettext_lazy("Due date"),
    Target.TERMS: gettext_lazy("Payment terms (days)"),
    Target.AMOUNT: pgettext_lazy("import", "Amount"),
    Target.QUANTITY: gettext_lazy("Line: quantity"),
    Target.UNIT_PRICE: gettext_lazy("Line: unit price"),
    Target.DISCOUNT: gettext_lazy("Line: discount in %"),
    Target.LINE_AMOUNT: gettext_lazy("Line: amount"),
    Target.TAX: gettext_lazy("Line: tax"),
    Target.CURRENCY: gettext_lazy("Currency"),
    Target.PAID_AMOUNT: gettext_lazy("Amount paid"),
    Target.OPEN_BALANCE: gettext_lazy("Open balance"),
    Target.SETTLED_ON: gettext_lazy("Payment date"),
    Target.DAYS_TO_SETTLE: gettext_lazy("Days to payment"),
    Target.DISPUTED: gettext_lazy("Disputed (yes or no)"),
    Target.DISPUTED_AMOUNT: gettext_lazy("Disputed amount"),
    Target.STATUS: pgettext_lazy("import", "Status"),
    Target.REFERENCE: gettext_lazy("Reference or order number"),
    Target.DESCRIPTION: gettext_lazy("Description"),
    Target.CONTACT_NAME: gettext_lazy("Contact: name"),
    Target.CONTACT_EMAIL: gettext_lazy("Contact: e-mail"),
    Target.PHONE: gettext_lazy("Contact: phone"),
    Target.COUNTRY: gettext_lazy("Client: country"),
    Target.ADDRESS: gettext_lazy("Client: address"),
    Target.REGISTRATION_NUMBER: gettext_lazy("Client: registration or tax number"),
    Target.LANGUAGE: gettext_lazy("Client: language of letters"),
    Target.OWNER: gettext_lazy("Client: account manager"),
    Target.PAYMENT_NUMBER: gettext_lazy("Payment number"),
    Target.APPLIED_AMOUNT: gettext_lazy("Amount applied to the invoice"),
    Target.METHOD: gettext_lazy("Way of paying"),
}

# value, and the figures of each finding, are filled in; {x} is not used: names with braces occur.
PROBLEM_WORDS: Final[Mapping[Problem, str | Promise]] = {
    Problem.EMPTY_FILE: gettext_lazy("The file is empty. Choose one with rows."),
    Problem.NOT_TEXT: gettext_lazy(
        "This is neither text nor a workbook. Save it as CSV or XLSX and choose it again."
    ),
    Problem.BAD_BYTES: gettext_lazy(
        "Some bytes are no %(encoding)s text; the file is damaged. Export it again as UTF-8 CSV"
        " or XLSX."
    ),
    Problem.BAD_QUOTES: gettext_lazy(
        "The quotation marks do not match (%(value)s). A mark inside a cell is written twice."
    ),
    Problem.BAD_WORKBOOK: gettext_lazy(
        "The workbook cannot be opened; it is damaged, has a password, or is no XLSX. Save it"
        " again as XLSX or CSV."
    ),
    Problem.WORKBOOK_TOO_LARGE: gettext_lazy(
        "The workbook unpacks to more than %(limit)s. Save the sheet as CSV."
    ),
    Problem.UNKNOWN_SHEET: gettext_lazy("There is no sheet “%(value)s”. There are: %(sheets)s."),
    Problem.NO_HEADER: gettext_lazy(
        "No row of headings was found. The first row of the table names its columns."
    ),
    Problem.NO_ROWS: gettext_lazy("There are no rows below the headings."),
    Problem.TOO_WIDE: gettext_lazy("There are more than %(limit)s columns."),
    Problem.MISSING_TARGET: gettext_lazy(
        "No column is known to be: %(targets)s. Say which one is, by the mapping. Columns:"
        " %(columns)s"
    ),
    Problem.UNKNOWN_COLUMN: gettext_lazy(
        "The mapping names a column “%(value)s” that the file has not. Columns: %(columns)s"
    ),
    Problem.UNKNOWN_TARGET: gettext_lazy(
        "The mapping says “%(value)s”, which no column can be. Allowed: %(targets)s"
    ),
    Problem.TARGET_TWICE: gettext_lazy(
        "Two columns are mapped to “%(value)s”. Choose one of them."
    ),
    Problem.AMBIGUOUS_DATES: gettext_lazy(
        "“%(value)s” may begin with the day or with the month, and no other row of the column"
        " tells. Choose the order of dates (DMY or MDY)."
    ),
    Problem.MIXED_DATES: gettext_lazy(
        "“%(day)s” (row %(day_row)s) begins with the day and “%(month)s” (row %(month_row)s) with"
        " the month. Write all dates in one way, best as 2026-12-31."
    ),
    Problem.SUMMARY_REPORT: gettext_lazy(
        "This is a summary with sums by age and no invoices. Export the detailed report."
    ),
    Problem.EXTRA_CELLS: gettext_lazy(
        "The row has %(cells)s cells and the headings are %(width)s; “%(value)s” belongs to no"
        " column. A cell with the delimiter in it stands in quotation marks."
    ),
    Problem.MISSING_VALUE: gettext_lazy("The cell is empty. It needs a value."),
    Problem.BAD_DATE: gettext_lazy("“%(value)s” is no date. Allowed: 2026-12-31, 31/12/2026."),
    Problem.BAD_AMOUNT: gettext_lazy("“%(value)s” is no amount. Allowed: 1234.56, 1,234.56."),
    Problem.TOO_LARGE: gettext_lazy("“%(value)s” is more than the ledger can hold."),
    Problem.TOO_PRECISE: gettext_lazy(
        "“%(value)s” has more decimals than %(currency)s knows (%(places)s). If the comma is the"
        " decimal sign, say so in the mapping."
    ),
    Problem.BAD_CURRENCY: gettext_lazy(
        "“%(value)s” is no currency. Allowed: an ISO code such as CNY, EUR, USD."
    ),
    Problem.BAD_NUMBER: gettext_lazy("“%(value)s” is no number."),
    Problem.TOO_LONG: gettext_lazy("“%(value)s” is longer than %(limit)s characters."),
    Problem.NO_DUE_DATE: gettext_lazy(
        "Invoice %(value)s has no due date and no payment terms. Fill one in, or say after how"
        " many days such invoices are due."
    ),
    Problem.ROW_TWICE: gettext_lazy(
        "Invoice %(value)s stands with the same figures in row %(first)s already. Leave one out."
    ),
    Problem.NUMBER_CLASH: gettext_lazy(
        "Invoice number %(value)s stands in row %(first)s with another value of this column. Two"
        " invoices need two numbers; lines of one invoice share client, dates and currency."
    ),
    Problem.LINE_WITHOUT_AMOUNT: gettext_lazy("The line has no amount."),
    Problem.ZERO_AMOUNT: gettext_lazy(
        "Invoice %(value)s is for 0 but has an open balance. Give its amount."
    ),
    Problem.BALANCE_ABOVE_AMOUNT: gettext_lazy(
        "Invoice %(value)s has %(balance)s open but is for %(amount)s only. The open balance is at"
        " most the amount."
    ),
    Problem.DISPUTE_ABOVE_AMOUNT: gettext_lazy(
        "Of invoice %(value)s %(disputed)s is disputed; between 0 and its amount, %(amount)s, can"
        " be."
    ),
    Problem.SETTLEMENT_BELOW_ZERO: gettext_lazy(
        "%(paid)s was paid on %(value)s. A payment is more than zero; what was given back is a"
        " credit note or a refund."
    ),
    Problem.CHANGED_FACT: gettext_lazy(
        "Invoice %(value)s is in the ledger with %(was)s; the file says %(now)s. What was issued"
        " does not change: leave the row as it was, or correct it by a credit note and a new"
        " invoice."
    ),
    Problem.AMBIGUOUS_CLIENT: gettext_lazy(
        "Several clients are called “%(value)s” (%(codes)s). Add a column with the client code."
    ),
    Problem.BOOKS_CLOSED: gettext_lazy(
        "%(value)s is dated %(day)s, and the books are closed through %(through)s. Only later days"
        " can be imported."
    ),
    Problem.UNKNOWN_INVOICE: gettext_lazy(
        "There is no invoice %(value)s in the ledger. Import the invoices first, or leave the cell"
        " empty to take the payment in as the client's credit."
    ),
    Problem.OTHER_CLIENT: gettext_lazy(
        "Invoice %(value)s is another client's. A payment settles its own client's invoices."
    ),
    Problem.OTHER_CURRENCY: gettext_lazy(
        "Invoice %(value)s is in %(invoice)s, the payment in %(payment)s. They must be the same."
    ),
    Problem.CHANGED_RECEIPT: gettext_lazy(
        "Payment %(value)s is in the ledger with %(was)s; the file says %(now)s. Refund it there"
        " and give the new one another number."
    ),
    Problem.PAYMENT_CLASH: gettext_lazy(
        "Payment %(value)s stands in row %(first)s with another client, currency, day or amount."
        " Lines of one payment share them, and apply at most its amount."
    ),
}

NOTE_WORDS: Final[Mapping[Note, str | Promise]] = {
    Note.DEFAULT_CURRENCY: gettext_lazy(
        "There is no column of currencies: all amounts are taken as %(value)s."
    ),
    Note.SYMBOL_CURRENCY: gettext_lazy(
        "Currencies are read from the signs at the amounts: %(value)s."
    ),
    Note.DATE_ORDER: gettext_lazy("Dates are read as %(value)s, because the other dates say so."),
    Note.UNUSED_COLUMNS: gettext_lazy("Not used: %(value)s."),
    Note.SKIPPED_ROWS: gettext_lazy("Headings, totals and footers are passed over (“%(value)s”)."),
    Note.LEFT_OUT_STATUS: gettext_lazy("Draft or void, left out: %(value)s."),
    Note.LEFT_OUT_STANDS: gettext_lazy(
        "Draft or void in the file, but in the ledger: %(value)s. Correct it there by a credit"
        " note."
    ),
    Note.LEFT_OUT_ZERO: gettext_lazy("Nothing is owed, left out: %(value)s."),
    Note.LEFT_OUT_LATER: gettext_lazy("Later than the day asked for, left out: %(value)s."),
    Note.LEFT_OUT_USED_CREDIT: gettext_lazy("Credit that is used up, left out: %(value)s."),
    Note.PART_USED_CREDIT: gettext_lazy(
        "Of credit note %(value)s (%(amount)s) the unused %(left)s is taken in; the rest is in what"
        " the invoices say was paid."
    ),
    Note.UNKNOWN_STATUS: gettext_lazy("Status “%(value)s” is not known and taken as open."),
    Note.PARTIAL_WITHOUT_AMOUNT: gettext_lazy(
        "Partly paid, but the file does not say how much: %(value)s is taken as open."
    ),
    Note.WRITTEN_OFF: gettext_lazy("Written off in the file, taken in as open: %(value)s."),
    Note.LINES_ADDED_UP: gettext_lazy("%(lines)s rows make invoice %(value)s of %(amount)s."),
    Note.DUE_FROM_TERMS: gettext_lazy("The due date of %(value)s follows from its payment terms."),
    Note.DUE_FROM_DEFAULT: gettext_lazy("The due date of %(value)s is set to %(days)s days."),
    Note.DUE_BEFORE_ISSUED: gettext_lazy("%(value)s is due before it was issued."),
    Note.SETTLED_BEFORE_ISSUED: gettext_lazy(
        "%(value)s was paid before it was issued; the payment settles it from its issue on."
    ),
    Note.ASSUMED_DATE: gettext_lazy(
        "%(value)s was paid on a day the file does not give: its due date is assumed, or today"
        " when that is earlier."
    ),
    Note.OVERPAID: gettext_lazy("%(value)s is overpaid by %(over)s, kept as the client's credit."),
    Note.BALANCE_DIFFERS: gettext_lazy(
        "%(value)s: paid %(paid)s and open %(balance)s do not make %(amount)s; the open balance"
        " counts."
    ),
    Note.PAID_WITH_BALANCE: gettext_lazy(
        "%(value)s is called paid but has %(open)s open; the balance counts."
    ),
    Note.LEDGER_AHEAD: gettext_lazy(
        "%(value)s: %(ledger)s is settled in the ledger and %(file)s in the file; the ledger"
        " stands."
    ),
    Note.TAKEN_BACK: gettext_lazy(
        "%(value)s: this payment was imported and taken back here since; it is not entered again."
    ),
    Note.REPLACED_ASSUMED: gettext_lazy(
        "%(value)s: the payment takes the place of the settlement an earlier import assumed."
    ),
    Note.NOT_COUNTRIES: gettext_lazy("These are no countries (%(value)s), so they are not used."),
    Note.UNKNOWN_COUNTRY: gettext_lazy("“%(value)s” is no country and left empty."),
    Note.UNKNOWN_OWNER: gettext_lazy(
        "Nobody here is called “%(value)s”: the client gets no account manager."
    ),
    Note.BAD_EMAIL: gettext_lazy("“%(value)s” is no e-mail address and left empty."),
    Note.CLIENT_NAMES_DIFFER: gettext_lazy(
        "Client %(code)s has more than one name; “%(value)s” is not used."
    ),
    Note.SAME_NAME_EXISTS: gettext_lazy(
        "“%(value)s” is also the name of client %(codes)s; by its code it is another client."
    ),
    Note.MORE_THAN_OPEN: gettext_lazy(
        "%(over)s more was paid than %(value)s had open; it is kept as the client's credit."
    ),
    Note.WITHOUT_INVOICE: gettext_lazy(
        "Payment %(value)s names no invoice; it is kept as the client's credit."
    ),
    Note.FUTURE: gettext_lazy("%(value)s is dated after today."),
}


def target_words(name: str) -> str:
    """What a column can be, in words."""
    try:
        return str(TARGET_WORDS[Target(name)])
    except ValueError:
        return name


def column_words(finding: Finding) -> str:
    """The heading a finding is about; what it would be, when the file has no such column."""
    return target_words(finding.column) if finding.column else ""


def sentence(finding: Finding) -> str:
    """A finding in the reader's language."""
    words = (
        PROBLEM_WORDS[finding.code]
        if isinstance(finding.code, Problem)
        else NOTE_WORDS[finding.code]
    )
    figures = {name: _shown(name, value) for name, value in finding.figures.items()}
    # One row points at another; "row" itself is where the finding stands.
    given = {"value": finding.value, "first": figures.get("row", ""), **figures}
    try:
        return str(words) % given
    except KeyError:
        return _("%(count)s more") % {"count": "…"}


def _shown(name: str, value: Any) -> str:
    if name == "targets" and isinstance(value, list):
        return ", ".join(target_words(one) for one in value)
    text = str(value)
    try:
        number = Decimal(text).normalize() if "." in text else None
    except InvalidOperation:
        number = None
    if number is None:
        return text
    places = max(2, -int(number.as_tuple().exponent))
    return f"{number:,.{places}f}"
