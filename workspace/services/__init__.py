"""Use cases of the workspace: own preferences, and the demonstration data."""

from workspace.services.preferences import UnableToChooseLanguage, choose_language

__all__ = ["UnableToChooseLanguage", "choose_language"]
