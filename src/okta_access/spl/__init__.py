"""An interpreter of the Splunk searches that are compiled here, as an oracle for them.

Written from Splunk's Search Reference and Search Manual (9.x), each construct under the page that
describes it. It knows the constructs that are compiled and nothing else: whatever it does not
know, whatever the pages leave open and a result would depend on, is an error and never a guess.
Where installations differ or two readings of a page are possible, the reading is a belief
(:mod:`~okta_access.spl.beliefs`) and a search has to be right under all of them.

It is not Splunk. What it agrees with is the documentation as understood by its authors.
"""
