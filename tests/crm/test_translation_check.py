"""`scripts/check_translations.py` finds what a reader of Chinese would stumble over."""

import importlib.util
from pathlib import Path
from types import ModuleType

import polib
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = CHECKOUT / "scripts" / "check_translations.py"
    spec = importlib.util.spec_from_file_location("check_translations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A product of one Python and one template file, fully translated."""
    root = tmp_path / "checkout"
    (root / "rooms").mkdir(parents=True)
    (root / "templates").mkdir()
    (root / "rooms" / "views.py").write_text('from x import gettext as _\n_("Pay %(amount)s")\n')
    (root / "templates" / "a.html").write_text('{% load i18n %}{% translate "Overdue" %}')
    source = root / script.CATALOG
    source.parent.mkdir(parents=True)
    catalog = polib.POFile()
    catalog.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalog.append(
        polib.POEntry(msgid="Pay %(amount)s", msgstr="支付 %(amount)s", flags=["python-format"])
    )
    catalog.append(polib.POEntry(msgid="Overdue", msgstr="逾期"))
    catalog.save(str(source))
    catalog.save_as_mofile(str(source.with_suffix(".mo")))
    monkeypatch.setattr(script, "CHECKOUT", root)
    return root


def change(script: ModuleType, root: Path, msgid: str, **fields: object) -> None:
    """Change one entry of the catalog, and compile it again."""
    source = root / script.CATALOG
    catalog = polib.pofile(str(source))
    for name, value in fields.items():
        setattr(catalog.find(msgid), name, value)
    catalog.save(str(source))
    catalog.save_as_mofile(str(source.with_suffix(".mo")))


def test_a_complete_translation_passes(script: ModuleType, checkout: Path) -> None:
    assert script.main() == 0


@pytest.mark.parametrize("name", ["rooms/views.py", "templates/a.html"])
def test_a_new_text_is_missed(
    script: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text = {"rooms/views.py": '_("Disputed")\n', "templates/a.html": '{% translate "Disputed" %}'}
    with (checkout / name).open("a") as file:
        file.write(text[name])

    assert script.main() == 1
    assert "missing: 'Disputed'" in capsys.readouterr().out


def test_a_text_like_an_old_one_is_a_guess(
    script: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "templates" / "a.html").write_text('{% load i18n %}{% translate "Overdues" %}')

    assert script.main() == 1
    assert "guessed: 'Overdues'" in capsys.readouterr().out


def test_an_empty_translation_is_missed(script: ModuleType, checkout: Path) -> None:
    change(script, checkout, "Overdue", msgstr="")

    assert script.main() == 1


def test_a_lost_placeholder_is_named(
    script: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(script, checkout, "Pay %(amount)s", msgstr="支付", flags=[])

    assert script.main() == 1
    assert "placeholders differ" in capsys.readouterr().out


def test_an_old_compiled_file_is_named(
    script: ModuleType, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = checkout / script.CATALOG
    compiled = source.with_suffix(".mo").read_bytes()
    change(script, checkout, "Overdue", msgstr="已逾期")
    source.with_suffix(".mo").write_bytes(compiled)

    assert script.main() == 1
    assert "older than" in capsys.readouterr().out


def test_no_compiled_file_is_named(script: ModuleType, checkout: Path) -> None:
    (checkout / script.CATALOG).with_suffix(".mo").unlink()

    assert script.main() == 1


def test_nothing_in_the_checkout_is_changed(script: ModuleType, checkout: Path) -> None:
    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}

    script.main()

    assert before == {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
