"""The pySigma plug-in: the pipelines `okta_splunk` and `okta_elastic`."""

from sigma.pipelines.okta_access.elastic import okta_elastic
from sigma.pipelines.okta_access.splunk import okta_splunk

pipelines = {"okta_elastic": okta_elastic, "okta_splunk": okta_splunk}
