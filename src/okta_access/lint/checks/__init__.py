"""The checks, one module a code: its docstring is the code's documentation.

What a module must have is in :mod:`okta_access.lint.registry`. A docstring begins with what the
check finds, goes on with why it matters, and ends with examples in fenced blocks after the words
``Wrong:`` and ``Right:``; a test runs each of them. A block ``yaml`` replaces the same top-level
keys of a plain rule, a block ``yaml file`` is a whole file.
"""
