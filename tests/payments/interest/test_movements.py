"""What happens to the principal, and what a payment covers first."""

from payments.rules.interest import Imputation, Movement, MovementKind, WarningCode
from tests.payments.interest.cast import DAY, D, agreed, codes, interest


def test_interest_does_not_vanish_once_the_principal_is_paid() -> None:
    """ERPNext 58220: the moment the principal is paid, the interest on it disappears."""
    paid = Movement(DAY(2026, 4, 10), D("10000.00"))
    calculation = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 9, 30), paid)
    assert calculation.principal_open == 0
    assert calculation.total == calculation.interest_open == calculation.claim == D("10.00")
    assert calculation.daily_accrual == 0


def test_a_backdated_payment_before_the_due_date_reduces_it_from_the_start() -> None:
    early = Movement(DAY(2026, 3, 1), D("4000.00"))
    calculation = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 10), early)
    [line] = calculation.lines
    assert (line.principal, line.amount) == (D("6000.00"), D("6.00"))


def test_a_reversal_restores_the_debt_from_the_day_after() -> None:
    # 10 days on 10,000 (10.00), 10 days on 4,000 (4.00), 10 days on 10,000 (10.00).
    movements = (
        Movement(DAY(2026, 4, 10), D("6000.00")),
        Movement(DAY(2026, 4, 20), D("-6000.00")),
    )
    calculation = interest(
        agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 30), *movements
    )
    assert [line.amount for line in calculation.lines] == [D("10.00"), D("4.00"), D("10.00")]


def test_a_payment_reversed_the_same_day_leaves_one_line() -> None:
    movements = (
        Movement(DAY(2026, 4, 10), D("6000.00")),
        Movement(DAY(2026, 4, 10), D("-6000.00")),
    )
    calculation = interest(
        agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 30), *movements
    )
    assert [line.days for line in calculation.lines] == [30]


def test_what_happens_after_the_cut_off_is_not_known_yet() -> None:
    later = Movement(DAY(2026, 5, 1), D("10000.00"))
    calculation = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 30), later)
    assert (calculation.total, calculation.principal_open) == (D("30.00"), D("10000.00"))
    assert calculation.daily_accrual == D("1.00")


def test_a_payment_on_the_cut_off_day_bears_interest_but_accrues_no_further() -> None:
    last = Movement(DAY(2026, 4, 30), D("10000.00"))
    calculation = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 30), last)
    assert (calculation.total, calculation.daily_accrual) == (D("30.00"), D(0))


def test_the_disputed_part_bears_no_interest() -> None:
    calculation = interest(
        agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 10), disputed=D("4000.00")
    )
    assert (calculation.total, calculation.daily_accrual) == (D("6.00"), D("0.60"))
    assert calculation.claim == D("6006.00")
    assert WarningCode.DISPUTED_LEFT_OUT in codes(calculation)


def test_payments_as_booked_reduce_the_principal_and_say_so() -> None:
    paid = Movement(DAY(2025, 1, 31), D("1000.00"))
    calculation = interest(agreed("10"), "10000.00", DAY(2024, 12, 31), DAY(2025, 3, 2), paid)
    assert calculation.principal_open == D("9000.00")
    assert WarningCode.PAID_AS_BOOKED in codes(calculation)


def test_payments_may_cover_interest_first() -> None:
    # EUR 10,000 at 10%, due 31 December 2024. 1,000 comes on 31 January 2025.
    # 31 days: 84.9315, so 84.93 covers interest and 915.07 the principal: 9,084.93 left.
    # 30 days to 2 March on 9,084.93: 74.6707.  Together 159.6022; paid 84.93; open 74.67.
    how = agreed("10", "EUR", imputation=Imputation.INTEREST)
    paid = Movement(DAY(2025, 1, 31), D("1000.00"))
    calculation = interest(how, "10000.00", DAY(2024, 12, 31), DAY(2025, 3, 2), paid)
    assert [line.principal for line in calculation.lines] == [D("10000.00"), D("9084.93")]
    assert calculation.total == D("159.60")
    assert calculation.interest_paid == D("84.93")
    assert calculation.interest_open == D("74.67")
    assert calculation.principal_open == D("9084.93")
    assert WarningCode.PAID_AS_BOOKED not in codes(calculation)


def test_a_credit_note_never_covers_interest() -> None:
    how = agreed("10", "EUR", imputation=Imputation.INTEREST)
    credit = Movement(DAY(2025, 1, 31), D("1000.00"), MovementKind.CREDIT)
    calculation = interest(how, "10000.00", DAY(2024, 12, 31), DAY(2025, 3, 2), credit)
    assert (calculation.interest_paid, calculation.principal_open) == (D(0), D("9000.00"))


def test_a_reversed_payment_gives_back_the_principal_and_then_the_interest() -> None:
    how = agreed("10", "EUR", imputation=Imputation.INTEREST)
    movements = (
        Movement(DAY(2025, 1, 31), D("1000.00")),
        Movement(DAY(2025, 2, 28), D("-1000.00")),
    )
    calculation = interest(how, "10000.00", DAY(2024, 12, 31), DAY(2025, 2, 28), *movements)
    assert (calculation.interest_paid, calculation.principal_open) == (D("0.00"), D("10000.00"))
