"""The rules of owing and paying: plain Python on plain values, no Django, no clock.

aging       how late an invoice is, and in which bucket that puts it
allocation  which debt a payment covers first
interest    what late payment costs under a contract or a statute
metrics     DSO, CEI and their relatives, with formulas
presets     the interest rules themselves, read from dated data rows
promises    whether a promise to pay was kept
rates       reference rates by date; an unknown rate is refused, never guessed
"""
