"""The station's journal: what happened, durable before anything follows from it.

`journal.StationJournal` is what the app holds; `recovery.recover` says what a start must do; `docs/journal.md` says
what is promised.
"""
