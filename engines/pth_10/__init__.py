"""A second judge of what our searches find: Teragrep's ``pth_10``, which runs SPL on Apache Spark.

It was written by others after the same documentation as our interpreter, shares no code with it,
and really executes. It knows part of SPL and reads part of it otherwise than Splunk does
(:mod:`~engines.pth_10.known`), so it is asked about terms of the search command alone: nearly all
that our event rules are compiled to, and what stands before the first pipe of a correlation.
They are put into words that it reads as Splunk does (:mod:`~engines.pth_10.rewriting`).
What can not be put so is refused and counted.

Licence: ``pth_10`` is offered under the AGPL 3, Spark under the Apache License 2. Both are fetched
from Maven Central onto the machine that runs them, are used as they come, and are never
redistributed: no build, bundle or image of this project contains any of it.
"""
