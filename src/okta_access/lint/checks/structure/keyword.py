"""A value to be looked for anywhere in the event, without a field.

Splunk searches the raw text for it, Elastic its default fields, and the catalogue can say nothing
of it. Name the field.

Wrong:

```yaml
detection:
    keywords:
        - «Terraform»
    condition: keywords
```

Right:

```yaml
detection:
    selection:
        eventType: access.request.create
        client.userAgent.rawUserAgent|contains: Terraform
    condition: selection
```
"""

from okta_access.lint.findings import Severity

CODE = "OA108"
SEVERITY = Severity.ERROR
TITLE = "keyword without a field"
