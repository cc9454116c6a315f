# Somebody builds on the library: rules, findings, queries and alerts as values.
set -eu

cat > triage.py << 'PYTHON'
import sys
from collections import Counter

import okta_access

book = okta_access.load_rules()
assert not book.problems and not book.missing

# Which rules raise alerts in a log, and how many?
counts = Counter(alert.meta.name for alert in okta_access.scan_files(book, sys.argv[1]))
for name, number in counts.most_common(3):
    print(number, name)
assert counts

# An event at hand, and why a rule matches it.
event = {"eventType": "access.request.sequence.delete", "actor": {"type": "User"}}
(alert, *_) = okta_access.scan_events(book, [event])
print(alert.as_dict()["title"])
assert okta_access.explain_event(book, alert.meta.name, event).holds

# The query of one rule, with what is known of its translation.
made = okta_access.compile_rules(book, "splunk")
(text,) = [one for one in made.translations if one.rule == alert.meta.name]
print(text.verdict, text.text, sep="\n")

# What is wrong with a rule that cannot be read.
report = okta_access.lint_rules("broken.yml")
print(*(f"{one.span}: {one.code} {one.message}" for one in report.findings), sep="\n")
assert report.findings
PYTHON

printf 'title: Broken\ndetection: [\n' > broken.yml
python triage.py "$CHECKOUT/fixtures/demo/week.jsonl"
