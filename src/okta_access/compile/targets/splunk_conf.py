"""The target ``splunk-conf``: savedsearches.conf and macros.conf."""

from __future__ import annotations

from okta_access.compile.model import Job, Output
from okta_access.compile.splunk.app.conf import conf_files


class SplunkConf:
    """Saved searches and macros."""

    name = "splunk-conf"

    def compile(self, job: Job) -> Output:
        """The two files, and a translation for each rule with the search of its stanza."""
        return conf_files(job, self.name)


TARGET = SplunkConf()
