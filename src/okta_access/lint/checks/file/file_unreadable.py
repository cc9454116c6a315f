"""A file that cannot be opened, is not UTF-8, or holds characters that YAML does not allow.

Nothing in it is checked, and its rule runs nowhere. A UTF-16 file from an editor on Windows, a
NUL character, or a binary file under a name that ends in `.yml` end here. A byte-order mark at
the start of UTF-8 and CRLF at the ends of lines are fine.

Right:

```yaml
title: Okta Access Request Created
```
"""

from okta_access.lint.findings import Severity

CODE = "OA001"
SEVERITY = Severity.ERROR
TITLE = "file that cannot be read as text"
