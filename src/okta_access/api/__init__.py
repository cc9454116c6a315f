"""The public library, an idea a module; its names are taken from :mod:`okta_access` itself.

The command line calls the same functions. What :mod:`okta_access` does not export is private and
may change in any release, this package's modules included.
"""
