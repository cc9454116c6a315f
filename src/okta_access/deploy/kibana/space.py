"""A space of Kibana as a place where rules are brought.

After Kibana's own API reference (``/api/detection_engine/rules``, version 2023-10-31, and
``/api/spaces``, ``/api/status``). It knows no lock and no conditional write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import msgspec

from okta_access.cluster.access import coded_key
from okta_access.compile.elastic.kibana.common import rule_set_tag
from okta_access.deploy.access import Access
from okta_access.deploy.errors import SiemError
from okta_access.deploy.http import Http
from okta_access.deploy.kibana import rules
from okta_access.deploy.model import Shipped, There
from okta_access.errors import InputError

OLDEST = (8, 19)
_DEFAULT = "default"
_SPACE = re.compile(r"[a-z0-9_-]+", re.ASCII)
_PAGE = 100


class Space:
    """A space, and the rules of one rule set in it.

    Raises :class:`InputError` for what cannot be a space's name, and as
    :class:`~okta_access.deploy.http.Http` does.
    """

    def __init__(self, access: Access, rule_set: str, space: str = _DEFAULT) -> None:
        if not _SPACE.fullmatch(space):
            raise InputError(
                f"{space!r} is no space's identifier", hint="lower-case letters, digits, _ and -"
            )
        headers = {
            "Authorization": f"ApiKey {coded_key(access.secret)}",
            "Elastic-Api-Version": "2023-10-31",
            "kbn-xsrf": "okta-access",
        }
        self._http = Http(access, headers)
        self._space = space
        self._rule_set = rule_set
        inside = "" if space == _DEFAULT else f"/s/{space}"
        self._rules = f"{inside}/api/detection_engine/rules"
        self.place = f"{access.place}, space {space}"

    def find(self, shipped: Sequence[Shipped]) -> dict[str, There]:
        """Those with our tag in pages; those whose tag somebody took away, one by one."""
        self._check()
        keys = {one.key for one in shipped}
        tagged = {rule["rule_id"]: rule for rule in self._tagged()}
        found = {
            key: rules.there(rule, self._rule_set)
            for key, rule in tagged.items()
            if key in keys or rules.once_shipped(rule, self._rule_set)
        }
        for key in sorted(keys - found.keys()):
            there = self.read(key)
            if there is not None:
                found[key] = there
        return found

    def read(self, key: str) -> There | None:
        """A rule by its ``rule_id``."""
        rule = self._http.ask("GET", self._rules, {"rule_id": key}, maybe=True)
        return None if rule is None else self._there(rule)

    def obstacle(self, shipped: Shipped, there: There) -> str | None:
        """Kibana changes no rule's type."""
        now, then = there.fields["type"], shipped.fields["type"]
        if now == then:
            return None
        return f"Kibana cannot make a rule of type {now} one of type {then}: delete it there first"

    def create(self, shipped: Shipped) -> There:
        """A new rule, switched off, without exceptions or actions."""
        return self._there(self._http.ask("POST", self._rules, body=shipped.body))

    def update(self, shipped: Shipped, there: There, names: Sequence[str]) -> There:
        """A patch; where a field has to go away, the rule whole with all that is an admin's."""
        body = rules.patch(shipped, names)
        if body is not None:
            return self._there(self._http.ask("PATCH", self._rules, body=body))
        body = rules.whole(shipped, there.raw)
        return self._there(self._http.ask("PUT", self._rules, body=body))

    def disable(self, there: There) -> There:
        """Switch it off; everything else stays."""
        body = {"rule_id": there.key, "enabled": False}
        return self._there(self._http.ask("PATCH", self._rules, body=body))

    def delete(self, there: There) -> None:
        """Take it away, and with it the exceptions that are its own."""
        self._http.ask("DELETE", self._rules, {"rule_id": there.key})

    def _there(self, rule: Any) -> There:
        try:
            return rules.there(rules.checked(rule), self._rule_set)
        except msgspec.ValidationError as error:
            raise self._odd(error) from error

    def _odd(self, error: Exception) -> SiemError:
        return SiemError(f"{self._http.place} does not answer as Kibana does: {error}")

    def _check(self) -> None:
        status = self._http.ask("GET", "/api/status")
        if not isinstance(status, Mapping) or "status" not in status:
            raise SiemError(f"what answers at {self._http.place} is not Kibana")
        told = status.get("version")
        number = str(told.get("number", "")) if isinstance(told, Mapping) else ""
        version = tuple(map(int, re.findall(r"\d+", number)[:2]))
        if version and version < OLDEST:  # a Kibana need not tell
            oldest = ".".join(map(str, OLDEST))
            raise SiemError(f"this is Kibana {number}; the rules are written for {oldest} and up")
        if self._http.ask("GET", f"/api/spaces/space/{self._space}", maybe=True) is None:
            raise SiemError(f"{self._http.place} has no space `{self._space}`")

    def _tagged(self) -> Iterable[Mapping[str, Any]]:
        tag = rule_set_tag(self._rule_set)
        for number in count(1):
            answer = self._http.ask(
                "GET",
                f"{self._rules}/_find",
                {
                    "filter": f'alert.attributes.tags: "{tag}"',
                    "page": number,
                    "per_page": _PAGE,
                    "sort_field": "created_at",
                    "sort_order": "asc",
                },
            )
            try:
                total, some = rules.page(answer)
            except msgspec.ValidationError as error:
                raise self._odd(error) from error
            yield from (rule for rule in some if tag in rule["tags"])
            if not some or number * _PAGE >= total:
                return
