"""The engines that can be asked, one a module named as the user names it.

Each has ``ADDRESS``, what stands after ``NAME=`` (a word in capitals is the user's to fill in), and
``opened(address, job)``, a context manager that gives the oracles on the engine at that address.
It may raise :class:`~okta_access.errors.InputError` and :class:`~okta_access.errors.EngineError`.
What it needs is imported when it is opened, for the names of all engines are asked for often.
"""
