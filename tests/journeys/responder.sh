# An incident responder has an export of Okta's log, perhaps packed, and no SIEM.
set -eu

gzip --stdout "$CHECKOUT/fixtures/demo/week.jsonl" > export.jsonl.gz

# What was found, folded by who did it; then every alert, for programs.
okta-access scan export.jsonl.gz --group-by actor
okta-access scan export.jsonl.gz --format jsonl > alerts.jsonl
test -s alerts.jsonl
okta-access scan export.jsonl.gz --format csv > alerts.csv

# One night of it, and only what is serious; on demand an alert is an exit code.
code=0
okta-access scan export.jsonl.gz --since 2026-03-05 --until 2026-03-06 --level high --exit-code ||
    code=$?
test "$code" = 1

# Why an alert was raised, and what to do about it.
okta-access explain --alert alerts.jsonl --log "$CHECKOUT/fixtures/demo/week.jsonl"
okta-access explain okta_access_sequence_delete

# The same from stdin; a line that is no event is named and the rest goes on.
code=0
{ gzip --decompress --stdout export.jsonl.gz; echo 'no event'; } |
    okta-access scan - --format jsonl --rejects rejected > again.jsonl 2> told || code=$?
test "$code" = 1
grep 'no event' rejected
test "$(wc -l < again.jsonl)" = "$(wc -l < alerts.jsonl)"

# Which of the facts that rules rest on does this log show?
okta-access assumptions export.jsonl.gz
