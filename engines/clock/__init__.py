"""What is shipped, run as a SIEM's scheduler runs it, tick by tick, over events on their way.

The files of a release are read as a SIEM reads them: Kibana's rules by their ``interval``, ``from``
and ``alert_suppression``, Splunk's searches by their ``cron_schedule``, ``dispatch`` and
``alert.suppress``. At each tick a rule sees what has arrived by then and lies in its time; its
query is run on a real Elasticsearch, or in the interpreter of SPL. What it finds is held against
what the rule means over the same events, whenever they came.

No scheduler takes part: this is Kibana and Splunk as their documentation describes them.
"""
