"""Reaching a cluster: credentials, addresses and certificates.

The server is one of the standard library, on loopback, so nothing here shows how a cluster with
security enabled behaves; that the client sends and believes what it should, it does show.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from okta_access.cluster.access import Access
from okta_access.cluster.client import Cluster
from okta_access.cluster.errors import Forbidden
from okta_access.errors import EngineError, InputError
from tests.builders.scripted import Script, make_certificate, served
from tests.cluster.asking import NUMBER, QUERY, WITHIN, ask, refusal


class TestCredentials:
    @pytest.mark.parametrize(
        ("given", "sent"),
        [
            ({}, None),
            ({"api_key": "aWQ6a2V5"}, "ApiKey aWQ6a2V5"),
            ({"api_key": "id:key"}, "ApiKey aWQ6a2V5"),
            ({"user": "ann", "password": "p:\u00e4"}, "Basic YW5uOnA6w6Q="),
        ],
    )  # fmt: skip
    def test_are_sent_as_elasticsearch_reads_them(
        self, script: Script, url: str, given: dict[str, str], sent: str | None
    ) -> None:
        assert ask(Access(url, **given)) == 7  # type: ignore[arg-type]
        _, headers, body = script.asked[-1]
        assert headers.get("authorization", headers.get("Authorization")) == sent
        assert headers.get("x-opaque-id") == "okta-access"
        assert "allow_partial_results=false" in script.asked[-1][0]
        assert body == {"query": QUERY, "filter": WITHIN}

    def test_in_the_address_are_sent_and_never_shown(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [refusal("security_exception", "no such user", 401)]
        access = Access(url.replace("://", "://ann:s3cr%20et@"))
        with pytest.raises(EngineError, match="no such user") as caught:
            ask(access)
        secret = base64.b64encode(b"ann:s3cr et").decode()
        assert script.asked[-1][1]["authorization"] == f"Basic {secret}"
        shown = f"{caught.value} {access!r} {caught.value.__cause__}"
        assert "s3cr" not in shown
        assert secret not in shown

    def test_that_are_wrong_missing_or_not_enough(self, script: Script, url: str) -> None:
        script.answers["POST /_query"] = [
            refusal("security_exception", "missing authentication credentials", 401),
            refusal("security_exception", "invalid api key", 401),
            refusal("security_exception", "action [indices:data/read/esql] is unauthorized", 403),
        ]
        with pytest.raises(EngineError, match=r"wants to know who asks .*OKTA_ACCESS_ES_API_KEY"):
            ask(Access(url))
        with pytest.raises(EngineError, match="does not accept the credentials: invalid api key"):
            ask(Access(url, api_key="k"))
        with pytest.raises(Forbidden, match=r"unauthorized .*view_index_metadata"):
            ask(Access(url, api_key="k"))
        assert len(script.asked) == 3  # none of it was tried again

    @pytest.mark.parametrize("key", ["a\nb", "a b", "", "\u00e4"])
    def test_that_no_header_can_carry(self, url: str, key: str) -> None:
        with pytest.raises(InputError, match="not an API key"):
            Cluster(Access(url, api_key=key))


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        ["", "localhost:9200", "ftp://host", "https://", "http://h:x", "http://h:99999", "http://h:0",
         "http://h:9200?a=b", "http://h:9200#a", "http://a b:9200", "http://[::1", "http://h\n:9200",
         "http://ho_st\x00:1", "http://\u212a\ud800:9200"],
    )  # fmt: skip
    def test_that_are_none(self, url: str) -> None:
        with pytest.raises(InputError, match=r"not the address of .*expected https://HOST:PORT"):
            Cluster(Access(url))

    def test_with_a_path_are_kept(self, script: Script, url: str) -> None:
        script.answers = {"POST /es/_query": [NUMBER]}
        assert ask(Access(f"{url}/es/")) == 7

    def test_where_nobody_listens(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        waits: list[float] = []
        with pytest.raises(EngineError) as caught:
            ask(Access(url, retries=2), waits)
        assert caught.value.message == f"cannot reach the cluster at {url}: Connection refused"
        assert waits == [0.5, 1.0]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    return make_certificate(tmp_path_factory.mktemp("tls"), "server", "IP:127.0.0.1")


@pytest.fixture
def secure_url(script: Script, certificate: Path) -> Iterator[str]:
    with served(script, certificate) as address:
        yield address


def fingerprint(certificate: Path) -> str:
    der = ssl.PEM_cert_to_DER_cert(
        certificate.read_text("ascii").partition("-----BEGIN PRIVATE")[0]
    )
    return hashlib.sha256(der).hexdigest()


class TestTls:
    def test_a_certificate_is_believed_by_its_authority(
        self, secure_url: str, certificate: Path
    ) -> None:
        assert ask(Access(secure_url, ca_certs=certificate)) == 7

    def test_a_certificate_is_believed_by_its_fingerprint(
        self, secure_url: str, certificate: Path
    ) -> None:
        digits = fingerprint(certificate)
        with_colons = ":".join(digits[at : at + 2] for at in range(0, 64, 2)).upper()
        assert ask(Access(secure_url, fingerprint=digits)) == 7
        assert ask(Access(secure_url, fingerprint=with_colons)) == 7

    def test_any_certificate_is_believed_on_request(self, secure_url: str) -> None:
        assert ask(Access(secure_url, verify=False)) == 7

    def test_no_other_certificate_is(self, script: Script, secure_url: str, tmp_path: Path) -> None:
        other = make_certificate(tmp_path, "other", "IP:127.0.0.1")
        wrong: list[dict[str, Any]] = [
            {}, {"ca_certs": other}, {"fingerprint": "ab" * 32},
        ]  # fmt: skip
        for options in wrong:
            waits: list[float] = []
            with pytest.raises(EngineError, match=r"the certificate of .* is not believed: ") as e:
                ask(Access(secure_url, api_key="aWQ6a2V5", **options), waits)
            assert "--ca-certs" in str(e.value)
            assert waits == []
        assert script.asked == []  # no secret was sent to whoever that was
        with pytest.raises(EngineError, match="self-signed certificate"):
            ask(Access(secure_url))

    def test_a_certificate_for_another_name_is_not(self, script: Script, tmp_path: Path) -> None:
        elsewhere = make_certificate(tmp_path, "elsewhere", "DNS:elsewhere.example")
        with (
            served(script, elsewhere) as url,
            pytest.raises(EngineError, match=r"not believed: hostname .* doesn't match"),
        ):
            ask(Access(url, ca_certs=elsewhere))

    def test_the_wrong_scheme_is_named(self, secure_url: str, url: str) -> None:
        with pytest.raises(EngineError, match=r"does not speak TLS \(try http://"):
            ask(Access(url.replace("http:", "https:")))
        with pytest.raises(EngineError, match=r"cannot reach .*https or http\?"):
            ask(Access(secure_url.replace("https:", "http:"), retries=0))

    def test_files_and_digits_that_are_none(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty.pem"
        empty.write_text("", "ascii")
        access = Access("https://localhost:9200")
        for wrong, reason in (
            (replace(access, ca_certs=empty), r"empty\.pem: holds no certificate in PEM form"),
            (replace(access, ca_certs=tmp_path / "no.pem"), r"no\.pem: No such file"),
            (replace(access, ca_certs=tmp_path), "Is a directory"),
            (replace(access, fingerprint="abc"), "expected SHA-256, 64 hexadecimal digits"),
            (replace(access, fingerprint="zz" * 32), "expected SHA-256, 64 hexadecimal digits"),
            (replace(access, url="http://h:1", fingerprint="ab" * 32), "is no https address"),
            (replace(access, url="http://h:1", verify=False), "is no https address"),
        ):
            with pytest.raises(InputError, match=reason):
                Cluster(wrong)


class TestClient:
    def test_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "elasticsearch", None)
        with pytest.raises(
            InputError, match=r'pip install "okta-access-detections\[elasticsearch\]"'
        ):
            Cluster(Access("http://localhost:9200"))

    def test_that_is_for_other_servers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import elasticsearch

        monkeypatch.setattr(elasticsearch, "__version__", (9, 2, 0))
        with pytest.raises(InputError, match=r"of version 9\.2\.0, expected 8 .*pip install"):
            Cluster(Access("http://localhost:9200"))
